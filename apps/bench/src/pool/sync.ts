// A call that blocks the calling thread until the result is there.
import { fileURLToPath } from 'node:url';
import { type Closing, type Comparisons, type Contender, type Run } from '../harness/comparison.js';
import { workers } from './contestants/contestant.js';
import { square } from './tasks.js';

/** Microseconds for a call and its result. */
function calls(call: (n: number) => unknown, count: number): Run {
  return () => {
    const start = performance.now();
    for (let i = 0; i < count; i += 1) call(i);
    return ((performance.now() - start) / count) * 1000;
  };
}

async function ours(kind: 'ThreadPool' | 'ProcessPool', { afterProgram }: Closing): Promise<(n: number) => unknown> {
  const { [kind]: Pool } = await import('@manycore/pool');
  const pool = new Pool({ workers });
  afterProgram(() => pool.terminate());
  return (n) => pool.applySync(square, [n]);
}

async function synckit(): Promise<(n: number) => unknown> {
  const { createSyncFn } = await import('synckit');
  return createSyncFn(fileURLToPath(new URL('./workers/synckit.js', import.meta.url)));
}

export const comparisons: Comparisons = ({ quick }) => {
  const count = quick ? 300 : 2000;
  const contenders: Contender[] = (['ThreadPool', 'ProcessPool'] as const).map((kind) => ({
    name: `${kind}.applySync`,
    role: 'ours',
    prepare: async (closing) => calls(await ours(kind, closing), count),
  }));
  contenders.push({ name: 'synckit', role: 'peer', prepare: async () => calls(await synckit(), count) });
  return [
    {
      id: 'round-trip',
      title: 'One blocking call at a time',
      unit: 'µs',
      better: 'less',
      contenders,
      targets: contenders.slice(0, 2).map(({ name }) => ({ of: name, to: 'synckit', atMost: 0.5 })),
    },
  ];
};

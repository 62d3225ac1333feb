// Work that pays: a hundred estimates, each over all samples, which are in memory that all threads share.
import type { Closing, Comparisons, Contender } from '../harness/comparison.js';
import { workers } from './contestants/contestant.js';
import { pathOf } from './contestants/worker-files.js';
import { estimate, fillRandom, type Window } from './parzen.js';

type Estimate = (window: Window) => PromiseLike<unknown>;

const size = { minThreads: workers, maxThreads: workers };
const estimates = 100;

async function ours({ afterProgram }: Closing): Promise<Estimate> {
  const { ThreadPool } = await import('@manycore/pool');
  const pool = new ThreadPool({ workers, minWorkers: workers });
  afterProgram(() => pool.terminate());
  return (window) => pool.apply(estimate, [window]);
}

async function piscina({ afterProgram }: Closing): Promise<Estimate> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({ filename: pathOf('parzen'), ...size });
  afterProgram(() => pool.destroy());
  return (window) => pool.run(window, { name: estimate.name });
}

async function tinypool({ afterProgram }: Closing): Promise<Estimate> {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({ filename: pathOf('parzen'), ...size });
  afterProgram(() => pool.destroy());
  return (window) => pool.run(window, { name: estimate.name });
}

async function workerpool({ afterProgram }: Closing): Promise<Estimate> {
  const { default: library } = await import('workerpool');
  const pool = library.pool(pathOf('workers/workerpool'), {
    workerType: 'thread',
    minWorkers: workers,
    maxWorkers: workers,
  });
  afterProgram(() => pool.terminate());
  return (window) => pool.exec(estimate.name, [window]);
}

export const comparisons: Comparisons = ({ quick }) => {
  const count = quick ? 100_000 : 1_000_000;
  const row = (
    name: string,
    role: Contender['role'],
    make: (closing: Closing) => Estimate | Promise<Estimate>,
  ): Contender => ({
    name,
    role,
    prepare: async (closing) => {
      const run = await make(closing);
      const samples = new Float64Array(new SharedArrayBuffer(2 * count * Float64Array.BYTES_PER_ELEMENT));
      fillRandom(samples);
      const windows = Array.from({ length: estimates }, (_, i) => {
        return { samples, x: 0.5, y: 0.5, width: 0.1 + i / 1000 };
      });
      return async () => {
        const start = performance.now();
        await Promise.all(windows.map(run));
        return performance.now() - start;
      };
    },
  });
  return [
    {
      id: 'parzen',
      title: `${estimates} Parzen-window estimates over ${count.toLocaleString('en')} samples`,
      unit: 'ms',
      better: 'less',
      reference: 'plain loop',
      contenders: [
        row('ThreadPool', 'ours', ours),
        row('plain loop', 'reference', () => (window) => Promise.resolve(estimate(window))),
        row('piscina', 'peer', piscina),
        row('tinypool', 'peer', tinypool),
        row('workerpool', 'peer', workerpool),
      ],
      // 1.8 times as fast as one thread.
      targets: [{ of: 'ThreadPool', to: 'plain loop', atMost: 1 / 1.8 }],
    },
  ];
};

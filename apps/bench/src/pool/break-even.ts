// When a pool pays: the shortest task for which two workers are done sooner than a plain loop.
import type { Closing, Comparisons, Contender, Settings } from '../harness/comparison.js';
import { type Calls, type Contestant, workers } from './contestants/contestant.js';
import { processPool, threadPool } from './contestants/ours.js';
import { piscina, poolifier, tinypool, workerpool } from './contestants/peers.js';
import { spin } from './tasks.js';

/** Does one task of that many milliseconds for each of the numbers. */
type RunAll = (milliseconds: number, count: number) => Promise<unknown>;

/** Between these, in milliseconds, the task is looked for. */
const shortest = 0.0005;
const longest = 1;

/**
 * The length of the task, in microseconds, at which so many of them take as long as a loop would: halves, on
 * a logarithmic scale, the range in which it is. The loop takes what its tasks take: its own cost is nothing.
 */
async function breakEven(runAll: RunAll, count: number, halvings: number): Promise<number> {
  let [low, high] = [Math.log(shortest), Math.log(longest)];
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2;
    const milliseconds = Math.exp(middle);
    const start = performance.now();
    await runAll(milliseconds, count);
    if (performance.now() - start < milliseconds * count) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2) * 1000;
}

async function mapOf(kind: 'ThreadPool' | 'ProcessPool', { afterProgram }: Closing): Promise<RunAll> {
  const { [kind]: Pool } = await import('@manycore/pool');
  const pool = new Pool({ workers, minWorkers: workers });
  afterProgram(() => pool.terminate());
  return (milliseconds, count) => pool.map(spin, Array.from({ length: count }, () => milliseconds));
}

const each =
  ({ call }: Calls): RunAll =>
  (milliseconds, count) =>
    Promise.all(Array.from({ length: count }, () => call('spin', milliseconds)));

function rows({ quick }: Settings): Contender[] {
  const [count, halvings] = quick ? [100, 6] : [1000, 9];
  const row = (
    name: string,
    role: Contender['role'],
    make: (closing: Closing) => Promise<RunAll>,
  ): Contender => ({
    name,
    role,
    prepare: async (closing) => {
      const runAll = await make(closing);
      return () => breakEven(runAll, count, halvings);
    },
  });
  const contestant = ({ role, open }: Contestant, name: string): Contender =>
    row(name, role, async (closing) => each(await open(closing)));
  const peers = [
    piscina('piscina'),
    piscina('piscina, 10 tasks a worker', { concurrentTasksPerWorker: 10 }),
    tinypool('worker_threads'),
    workerpool('thread'),
    poolifier('poolifier', false),
  ];
  return [
    contestant(threadPool, 'ThreadPool.apply'),
    contestant(processPool, 'ProcessPool.apply'),
    row('ThreadPool.map', 'ours', (closing) => mapOf('ThreadPool', closing)),
    row('ProcessPool.map', 'ours', (closing) => mapOf('ProcessPool', closing)),
    ...peers.map((peer) => contestant(peer, peer.name)),
  ];
}

export const comparisons: Comparisons = (settings) => [
  {
    id: 'shortest-task',
    title: 'A task must take longer than this for two workers to be faster than a plain loop',
    unit: 'µs',
    better: 'less',
    rounds: 7,
    contenders: rows(settings),
  },
];

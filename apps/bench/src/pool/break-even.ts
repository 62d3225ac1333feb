// When a pool pays: the shortest task for which two workers are done sooner than a plain loop.
import type { Closing, Comparisons, Contender, Settings } from '../harness/comparison.js';
import { type Calls, type Contestant, workers } from './contestants/contestant.js';
import { processPool, threadPool } from './contestants/ours.js';
import { piscina, poolifier, tinypool, workerpool } from './contestants/peers.js';
import { churn } from './tasks.js';

/** Does so many tasks of so many units each. */
type RunAll = (units: number, count: number) => Promise<unknown>;

/** Between these, in units of about a microsecond, the task is looked for. */
const shortest = 0.5;
const longest = 2000;

/** So many tasks are done to compare: fewer of the long ones. */
function countFor(units: number): number {
  return Math.round(Math.min(1000, Math.max(100, 50_000 / units)));
}

interface Effort {
  readonly halvings: number;
  /** How often each time is taken. */
  readonly times: number;
}

/** The least of some times: what disturbs a measurement only adds to it. */
async function timeOf(work: () => unknown, times: number): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    await work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/**
 * How long a task is, in microseconds, when many of them take as long in the pool as in a loop: halves, on a
 * logarithmic scale, the range in which it is, and each time does both.
 */
async function breakEven(runAll: RunAll, { halvings, times }: Effort): Promise<number> {
  let [low, high] = [Math.log(shortest), Math.log(longest)];
  let length = NaN;
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2;
    const units = Math.exp(middle);
    const count = countFor(units);
    const inLoop = await timeOf(() => {
      for (let task = 0; task < count; task += 1) churn(units);
    }, times);
    const inPool = await timeOf(() => runAll(units, count), times);
    length = (inLoop / count) * 1000;
    if (inPool < inLoop) high = middle;
    else low = middle;
  }
  return length;
}

async function mapOf(kind: 'ThreadPool' | 'ProcessPool', { afterProgram }: Closing): Promise<RunAll> {
  const { [kind]: Pool } = await import('@manycore/pool');
  const pool = new Pool({ workers, minWorkers: workers });
  afterProgram(() => pool.terminate());
  return (units, count) => pool.map(churn, Array.from({ length: count }, () => units));
}

const each =
  ({ call }: Calls): RunAll =>
  (units, count) =>
    Promise.all(Array.from({ length: count }, () => call('churn', units)));

function rows({ quick }: Settings): Contender[] {
  const effort = quick ? { halvings: 5, times: 1 } : { halvings: 9, times: 3 };
  const row = (
    name: string,
    role: Contender['role'],
    make: (closing: Closing) => Promise<RunAll>,
  ): Contender => ({
    name,
    role,
    prepare: async (closing) => {
      const runAll = await make(closing);
      return () => breakEven(runAll, effort);
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
    rounds: settings.quick ? 1 : 7,
    contenders: rows(settings),
  },
];

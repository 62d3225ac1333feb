import { fileURLToPath } from 'node:url';
import { ProcessPool, ThreadPool } from '@manycore/pool';
import { Piscina } from 'piscina';
import { FixedThreadPool } from 'poolifier';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';
import * as tasks from './pool-tasks.js';

export type TaskName = keyof typeof tasks;

/** A pool in the one respect in which all are alike. */
export interface Contestant {
  readonly name: string;
  /** Runs the function once for each number; the tasks are all there at once. */
  readonly runAll: (task: TaskName, numbers: readonly number[]) => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

const file = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

function single(
  name: string,
  run: (task: TaskName, n: number) => PromiseLike<unknown>,
  end: () => Promise<unknown>,
): Contestant {
  return { name, runAll: (task, numbers) => Promise.all(numbers.map((n) => run(task, n))), end };
}

function ours(name: string, pool: ThreadPool | ProcessPool): Contestant[] {
  const end = (): Promise<void> => pool[Symbol.asyncDispose]();
  return [
    single(`${name}.apply`, (task, n) => pool.apply(tasks[task], [n]), end),
    { name: `${name}.map`, runAll: (task, numbers) => pool.map(tasks[task], numbers), end },
  ];
}

function fromTinypool(runtime: 'worker_threads' | 'child_process', workers: number): Contestant {
  const size = { minThreads: workers, maxThreads: workers };
  const pool = new Tinypool({ filename: file('pool-tasks'), runtime, ...size });
  return single('tinypool', (name, n) => pool.run(n, { name }), () => pool.destroy());
}

function fromWorkerpool(workerType: 'thread' | 'process', workers: number): Contestant {
  const size = { minWorkers: workers, maxWorkers: workers };
  const pool = workerpool.pool(file('pool-workerpool-worker'), { workerType, ...size });
  return single('workerpool', (name, n) => pool.exec(name, [n]), async () => pool.terminate());
}

/** All that offer threads. */
export function threadPools(workers: number): Contestant[] {
  const size = { minThreads: workers, maxThreads: workers };
  const piscina = new Piscina({ filename: file('pool-tasks'), ...size });
  const poolifier = new FixedThreadPool<number, number>(workers, file('pool-poolifier-worker'));
  return [
    ...ours('ThreadPool', new ThreadPool({ workers })),
    single('piscina', (name, n) => piscina.run(n, { name }), () => piscina.destroy()),
    fromTinypool('worker_threads', workers),
    fromWorkerpool('thread', workers),
    single('poolifier', (name, n) => poolifier.execute(n, name), () => poolifier.destroy()),
  ];
}

/**
 * All that offer processes: piscina has none. poolifier does, but its FixedClusterPool 5.3.2 never answers
 * on Node 20.
 */
export function processPools(workers: number): Contestant[] {
  return [
    ...ours('ProcessPool', new ProcessPool({ workers })),
    fromTinypool('child_process', workers),
    fromWorkerpool('process', workers),
  ];
}

// Ours: the pools, and what one can do by hand over two of our queues. Each lane loads only its own.
import type { Closing } from '../../harness/comparison.js';
import * as tasks from '../tasks.js';
import { type Answered, type Sent, work } from '../workers/by-hand.js';
import { type Calls, type Contestant, workers } from './contestant.js';

/** Its workers are started with it, as those of the others are. */
export const threadPool: Contestant = {
  name: 'ThreadPool',
  role: 'ours',
  open: (closing) => openThreads(workers, closing),
};

export const processPool: Contestant = {
  name: 'ProcessPool',
  role: 'ours',
  open: (closing) => openProcesses(workers, closing),
};

/** The default: a worker is started when there is work for it. For what the start of a pool costs. */
export const onDemand: readonly Contestant[] = [
  { name: 'ThreadPool, on demand', role: 'ours', open: (closing) => openThreads(0, closing) },
  { name: 'ProcessPool, on demand', role: 'ours', open: (closing) => openProcesses(0, closing) },
];

async function openThreads(minWorkers: number, { afterProgram }: Closing): Promise<Calls> {
  const { move, ThreadPool } = await import('@manycore/pool');
  const { touchMoved } = await import('../workers/ours-moved.js');
  const pool = new ThreadPool({ workers, minWorkers });
  afterProgram(() => pool.terminate());
  return {
    call: (task, value) => pool.apply(tasks[task] as (value: unknown) => unknown, [value]),
    callMoving: (bytes) => pool.apply(touchMoved, [move(bytes)]),
  };
}

async function openProcesses(minWorkers: number, { afterProgram }: Closing): Promise<Calls> {
  const { ProcessPool } = await import('@manycore/pool');
  const pool = new ProcessPool({ workers, minWorkers });
  afterProgram(() => pool.terminate());
  return { call: (task, value) => pool.apply(tasks[task] as (value: unknown) => unknown, [value]) };
}

/** What a pool costs that has no deaths, no timeouts, no priorities to care about. */
export function byHand(scope: 'threads' | 'processes'): Contestant {
  return {
    name: 'two Queues by hand',
    role: 'reference',
    cannot: ['bytes-copied', 'bytes-moved'],
    open: (closing) => openByHand(scope, closing),
  };
}

async function openByHand(scope: 'threads' | 'processes', { afterProgram }: Closing): Promise<Calls> {
  const { Queue } = await import('@manycore/queue');
  const start = await starter(scope);
  const sent = new Queue<Sent>({ scope });
  const answered = new Queue<Answered>({ scope });
  const parties = Array.from({ length: workers }, () => start(sent, answered));
  const waiting = new Map<number, (value: unknown) => void>();
  const collect = async (): Promise<void> => {
    for await (const { id, value } of answered) {
      waiting.get(id)?.(value);
      waiting.delete(id);
    }
  };
  const collected = collect();
  afterProgram(async () => {
    sent.close();
    for (const party of parties) await party.join();
    answered.close();
    await collected;
  });
  let next = 0;
  return {
    call: (task, value) =>
      new Promise((resolve, reject) => {
        const message = { id: (next += 1), task: task as Sent['task'], value };
        waiting.set(message.id, resolve);
        if (!sent.tryPut(message)) sent.put(message).catch(reject);
      }),
  };
}

type Starter = (...queues: Parameters<typeof work>) => { join(): Promise<unknown> };

async function starter(scope: 'threads' | 'processes'): Promise<Starter> {
  if (scope === 'threads') {
    const { Thread } = await import('@manycore/thread');
    return (...args) => new Thread({ target: work, args }).start();
  }
  const { Process } = await import('@manycore/process');
  return (...args) => new Process({ target: work, args }).start();
}

// The pools of others, each as its README says for speed. Each lane loads only its own.
import { Worker } from 'node:worker_threads';
import type { Closing } from '../../harness/comparison.js';
import type * as tasks from '../tasks.js';
import { type Calls, type Contestant, workers } from './contestant.js';
import { pathOf, urlOf } from './worker-files.js';

const size = { minThreads: workers, maxThreads: workers };

interface PiscinaOptions {
  readonly atomics?: 'sync' | 'async' | 'disabled';
  readonly concurrentTasksPerWorker?: number;
}

/** Its default waits by `atomics: 'sync'`, and has its fastest queue. */
export function piscina(name: string, options: PiscinaOptions = {}): Contestant {
  return {
    name,
    role: 'peer',
    open: async ({ afterProgram }) => {
      const { Piscina } = await import('piscina');
      const pool = new Piscina({ filename: pathOf('tasks'), ...size, ...options });
      afterProgram(() => pool.destroy());
      const filename = pathOf('workers/piscina-moved');
      return {
        call: (task, value) => pool.run(value, { name: task }),
        callMoving: (bytes) =>
          pool.run(bytes, { name: 'touchMoved', filename, transferList: [bytes.buffer] }),
      };
    },
  };
}

/** How values travel to a process: JSON is the faster for small ones, and has no bytes. */
type Serialization = 'json' | 'advanced';

const onlyBytes = { only: ['bytes-copied'] };
const allButBytes = { cannot: ['bytes-copied', 'bytes-moved'] };

export function tinypool(
  runtime: 'worker_threads' | 'child_process',
  serialization?: Serialization,
): Contestant {
  return {
    name: `tinypool, ${runtime}${serialization === 'advanced' ? ', advanced' : ''}`,
    role: 'peer',
    ...serializing(serialization),
    open: async ({ afterProgram }) => {
      const { Tinypool } = await import('tinypool');
      const pool = new Tinypool({
        filename: pathOf('tasks'),
        runtime,
        ...size,
        ...(serialization === undefined ? {} : { serialization }),
      });
      afterProgram(() => pool.destroy());
      const filename = pathOf('workers/tinypool-moved');
      return {
        call: (task, value) => pool.run(value, { name: task }),
        callMoving: (bytes) =>
          pool.run(bytes, { name: 'touchMoved', filename, transferList: [bytes.buffer] }),
      };
    },
  };
}

export function workerpool(workerType: 'thread' | 'process', serialization?: Serialization): Contestant {
  return {
    name: `workerpool, ${workerType}${serialization === 'advanced' ? ', advanced' : ''}`,
    role: 'peer',
    ...serializing(serialization),
    open: async ({ afterProgram }) => {
      const { default: library } = await import('workerpool');
      const pool = library.pool(pathOf('workers/workerpool'), {
        workerType,
        minWorkers: workers,
        maxWorkers: workers,
        ...(serialization === undefined ? {} : { forkOpts: { serialization } }),
      });
      afterProgram(() => pool.terminate());
      return {
        call: (task, value) => pool.exec(task, [value]),
        callMoving: (bytes) => pool.exec('touchMoved', [bytes], { transfer: [bytes.buffer] }),
      };
    },
  };
}

function serializing(serialization: Serialization | undefined): Partial<Contestant> {
  if (serialization === undefined) return {};
  return serialization === 'json' ? allButBytes : onlyBytes;
}

/** Only its threads: its FixedClusterPool 5.3.2 never answers on Node 20. */
export function poolifier(name: string, enableTasksQueue: boolean): Contestant {
  return {
    name,
    role: 'peer',
    // It does not transfer results.
    cannot: ['bytes-moved'],
    open: async ({ afterProgram }) => {
      const { FixedThreadPool } = await import('poolifier');
      const pool = new FixedThreadPool<unknown, unknown>(workers, pathOf('workers/poolifier'), {
        enableTasksQueue,
        ...(enableTasksQueue ? { tasksQueueOptions: { taskStealing: true } } : {}),
      });
      afterProgram(() => pool.destroy());
      return { call: (task, value) => pool.execute(value, task) };
    },
  };
}

export const multithreading: Contestant = {
  name: 'multithreading',
  role: 'peer',
  // It transfers all bytes that it is given, and copies all that come back.
  cannot: ['bytes-copied', 'bytes-moved'],
  open: async ({ afterProgram }) => {
    await import('../../sync/newer-node.js');
    const { initRuntime, move, shutdown, spawn } = await import('multithreading');
    const functions = (await import('../tasks.js')) as unknown as Readonly<
      Record<keyof typeof tasks, (value: unknown) => unknown>
    >;
    initRuntime({ maxWorkers: workers });
    afterProgram(() => shutdown());
    return {
      call: async (task, value) => {
        const result = await spawn(move(value), functions[task]).join();
        if (!result.ok) throw new Error('a task failed', { cause: result.error });
        return result.value;
      },
    };
  },
};

/** What a worker of comlink offers, as its proxy has it. */
interface Exposed {
  readonly square: (n: unknown) => unknown;
  readonly bill: (order: unknown) => unknown;
  readonly touch: (bytes: unknown) => unknown;
  readonly touchMoved: (bytes: unknown) => unknown;
  readonly spin: (milliseconds: unknown) => unknown;
  readonly churn: (units: unknown) => unknown;
}

/** It has no pool: its workers are called in turn. */
export const comlink: Contestant = { name: 'comlink, two workers in turn', role: 'peer', open: openComlink };

async function openComlink({ afterProgram }: Closing): Promise<Calls> {
  const { transfer, wrap } = await import('comlink');
  const { nodeEndpoint } = await import('./node-endpoint.js');
  const proxies = Array.from({ length: workers }, () => {
    const worker = new Worker(urlOf('workers/comlink'));
    afterProgram(() => worker.terminate());
    return wrap<Exposed>(nodeEndpoint(worker));
  });
  let turn = 0;
  const next = (): (typeof proxies)[number] => {
    turn = (turn + 1) % workers;
    const proxy = proxies[turn];
    if (!proxy) throw new Error('no worker');
    return proxy;
  };
  return {
    call: (task, value) => next()[task](value),
    callMoving: (bytes) => next().touchMoved(transfer(bytes, [bytes.buffer])),
  };
}

export function jestWorker(kind: 'threads' | 'processes'): Contestant {
  return {
    name: `jest-worker, ${kind}`,
    role: 'peer',
    cannot: ['bytes-moved'],
    open: async ({ afterProgram }) => {
      const { Worker: JestWorker } = await import('jest-worker');
      const farm = new JestWorker(pathOf('tasks'), {
        numWorkers: workers,
        enableWorkerThreads: kind === 'threads',
        exposedMethods: ['square', 'bill', 'touch', 'spin', 'churn'],
      }) as unknown as Record<keyof typeof tasks, (value: unknown) => Promise<unknown>> &
        InstanceType<typeof JestWorker>;
      await farm.start();
      afterProgram(() => farm.end());
      return { call: (task, value) => farm[task](value) };
    },
  };
}

import type { AnyFunction, Target, WaitOptions } from '@manycore/core';
import { type Destination, locate, type TargetRef } from '@manycore/core/internal';
import { processorCount } from '../platform/node.js';
import type { Limits } from '../scheduler/records.js';
import { countOrInfinity, milliseconds, wholeNumber } from './checks.js';

/**
 * The arguments of the initializer; may be left out when it can be called without arguments. Each worker
 * gets a copy, also of what is marked by `move`.
 */
export type InitArguments<I extends AnyFunction> =
  [] extends Parameters<I>
    ? { readonly initArgs?: Readonly<Parameters<I>> | undefined }
    : { readonly initArgs: Readonly<Parameters<I>> };

/** The options of every pool. Times are milliseconds. */
export type PoolOptions<I extends AnyFunction = AnyFunction> = PoolBasics<I> & InitArguments<I>;

export interface PoolBasics<I extends AnyFunction> {
  /**
   * Workers at most. Default: how many processors the process can use, which heeds the CPU limit of a
   * container (as `cpuCount()` of `@manycore/process`).
   */
  readonly workers?: number | undefined;
  /**
   * Workers that are started ahead and kept. Default 0: each is started when a task first waits for it, and the first
   * one as soon as a call is made, which may then turn out to be refused.
   */
  readonly minWorkers?: number | undefined;
  /** Runs in each worker before its first task: an exported function, like any target. */
  readonly initializer?: Target<I> | undefined;
  /**
   * How many tasks a worker runs at a time: for tasks that wait, for files or the network. Default 1. Above 1, tasks
   * reach the workers by messages only, and each begins at once: see the README, "Several tasks in a worker".
   */
  readonly concurrency?: number | undefined;
  /** A worker is replaced after so many tasks (a chunk of a `map` is one task). Default: never. */
  readonly maxTasksPerWorker?: number | undefined;
  /** Appears in messages, traces and the workers' names. Default `ThreadPool-1`, `ProcessPool-1`, … */
  readonly name?: string | undefined;
  /** A worker beyond `minWorkers` exits when it was idle for so long. Default: never. */
  readonly idleTimeout?: number | undefined;
  /** A worker whose start and initializer take longer is killed. Default 60,000. */
  readonly startTimeout?: number | undefined;
  /** How long a running task may take to end after an abort before its worker is replaced. Default 200. */
  readonly graceTime?: number | undefined;
  /** How many tasks may wait before calls are refused: see `room()`. Default: any number. */
  readonly maxQueue?: number | undefined;
  /**
   * How tasks reach the workers. `'auto'`, the default: through shared memory, several ahead, once a worker runs
   * short tasks, and by messages where that cannot be or would gain nothing, or `concurrency` is above 1.
   * `'messages'`: always by messages.
   */
  readonly transport?: 'auto' | 'messages' | undefined;
}

/** Options of `ready`. */
export interface ReadyOptions extends WaitOptions {
  /** How many workers are to be ready. Default: as many as the pool may have. */
  readonly workers?: number | undefined;
}

/** Options of `close`; Python's `shutdown(cancel_futures=True)`. */
export interface PoolCloseOptions {
  /** Drops the tasks that no worker has begun. Default false: all calls are completed. */
  readonly cancelPending?: boolean | undefined;
}

/** The options of any pool, whatever its initializer takes. */
export type UncheckedOptions = PoolBasics<AnyFunction> & {
  readonly initArgs?: readonly unknown[] | undefined;
};

/** The options, checked and complete. */
export interface PoolSettings {
  readonly name: string;
  readonly limits: Limits;
  readonly maxQueue: number;
  readonly initializer: TargetRef | undefined;
  readonly initArgs: readonly unknown[];
}

/** How long a worker that was asked to exit may take, in milliseconds: `exit` listeners run in that time. */
const retireGrace = 2000;

/** @throws TypeError, RangeError naming the option; TargetNotFoundError for an initializer that no worker could find. */
export function poolSettings(
  options: UncheckedOptions,
  kind: Destination,
  defaultName: () => string,
): PoolSettings {
  const max = wholeNumber('workers', options.workers ?? processorCount(), 1);
  const min = wholeNumber('minWorkers', options.minWorkers ?? 0, 0);
  if (min > max) throw new RangeError(`minWorkers (${min}) must not exceed workers (${max})`);
  const concurrency = wholeNumber('concurrency', options.concurrency ?? 1, 1);
  const { initializer, name } = options;
  const { initArgs = [] } = options;
  const transport: unknown = options.transport ?? 'auto';
  if (name !== undefined && typeof name !== 'string') throw new TypeError('name must be a string');
  if (transport !== 'auto' && transport !== 'messages') {
    throw new TypeError(`transport must be 'auto' or 'messages', not ${JSON.stringify(transport)}`);
  }
  if (!Array.isArray(initArgs)) throw new TypeError('initArgs must be an array of arguments');
  if (initializer === undefined && initArgs.length > 0) {
    throw new TypeError('`initArgs` requires `initializer`');
  }
  return {
    name: name ?? defaultName(),
    limits: {
      min,
      max,
      idleTimeout: milliseconds('idleTimeout', options.idleTimeout ?? Infinity),
      concurrency,
      maxTasksPerWorker: countOrInfinity('maxTasksPerWorker', options.maxTasksPerWorker ?? Infinity, 1),
      startTimeout: milliseconds('startTimeout', options.startTimeout ?? 60_000),
      abortGrace: milliseconds('graceTime', options.graceTime ?? 200),
      retireGrace,
      reportsStarts: transport === 'auto' && concurrency === 1,
    },
    maxQueue: countOrInfinity('maxQueue', options.maxQueue ?? Infinity, 1),
    initializer: initializer === undefined ? undefined : locate(initializer, kind),
    initArgs,
  };
}

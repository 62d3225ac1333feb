import type { AnyFunction } from '@manycore/core';
import type { WorkerThreadOptions } from '@manycore/thread';
import { optionsOf } from './options/checks.js';
import { type PoolOptions, poolSettings, type UncheckedOptions } from './options/pool-options.js';
import { Pool } from './pool.js';
import { refuseToCross } from './pool-handle.js';
import { registerSpawner, threadSpawner } from './transport/spawners.js';

export type ThreadPoolOptions<I extends AnyFunction = AnyFunction> = PoolOptions<I> &
  WorkerThreadOptions;

let lastNumber = 0;

/**
 * A pool of worker threads: quick to start, and they can share memory.
 *
 * @example
 * ```ts
 * import { isMain, ThreadPool } from '@manycore/pool';
 *
 * export function square(n: number): number {
 *   return n * n;
 * }
 *
 * if (isMain(import.meta)) {
 *   await using pool = new ThreadPool({ workers: 2 });
 *   console.log(await pool.map(square, [1, 2, 3])); // → [ 1, 4, 9 ]
 * }
 * ```
 */
export class ThreadPool<I extends AnyFunction = AnyFunction> extends Pool {
  constructor(options?: ThreadPoolOptions<I>) {
    const unchecked: UncheckedOptions = optionsOf(options, '{ workers: 4 }') ?? {};
    const settings = poolSettings(unchecked, 'thread', () => `ThreadPool-${(lastNumber += 1)}`);
    const { env, execArgv, argv, nice, resourceLimits }: WorkerThreadOptions = options ?? {};
    super(settings, { kind: 'thread', env, execArgv, argv, nice, resourceLimits });
  }

  static {
    registerSpawner('thread', threadSpawner);
    refuseToCross(this, 'ThreadPool');
  }
}

import type { AnyFunction } from '@manycore/core';
import type { SystemOptions } from '@manycore/process';
import { optionsOf } from './options/checks.js';
import { type PoolOptions, poolSettings, type UncheckedOptions } from './options/pool-options.js';
import { Pool } from './pool.js';
import { refuseToCross } from './pool-handle.js';
import { processSpawner, registerSpawner } from './transport/spawners.js';

export type ProcessPoolOptions<I extends AnyFunction = AnyFunction> = PoolOptions<I> &
  SystemOptions;

let lastNumber = 0;

/**
 * A pool of processes: nothing that happens in one, not even a crash of Node, reaches another.
 *
 * @example
 * ```ts
 * import { isMain, ProcessPool } from '@manycore/pool';
 *
 * export function square(n: number): number {
 *   return n * n;
 * }
 *
 * if (isMain(import.meta)) {
 *   await using pool = new ProcessPool({ workers: 2 });
 *   console.log(await pool.map(square, [1, 2, 3])); // → [ 1, 4, 9 ]
 * }
 * ```
 */
export class ProcessPool<I extends AnyFunction = AnyFunction> extends Pool {
  constructor(options?: ProcessPoolOptions<I>) {
    const unchecked: UncheckedOptions = optionsOf(options, '{ workers: 4 }') ?? {};
    const settings = poolSettings(unchecked, 'process', () => `ProcessPool-${(lastNumber += 1)}`);
    const { env, cwd, execArgv, argv, nice, stdio, ignoreInterrupt }: SystemOptions = options ?? {};
    const system = { env, cwd, execArgv, argv, nice, stdio, ignoreInterrupt };
    super(settings, { kind: 'process', ...system });
  }

  static {
    registerSpawner('process', processSpawner);
    refuseToCross(this, 'ProcessPool');
  }
}

import type { AnyFunction } from '@manycore/core';
import { spawnProcess, type SpawnProcessOptions } from '@manycore/process';
import { type PoolOptions, poolSettings } from './options/pool-options.js';
import { Pool } from './pool.js';

export type ProcessPoolOptions<I extends AnyFunction = AnyFunction> = PoolOptions<I> &
  Pick<SpawnProcessOptions, 'env' | 'cwd' | 'execArgv' | 'stdio'>;

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
  constructor(options: ProcessPoolOptions<I> = {}) {
    const settings = poolSettings(options, 'process', () => `ProcessPool-${(lastNumber += 1)}`);
    const { env, cwd, execArgv, stdio } = options;
    super('process', settings, (worker) =>
      spawnProcess({
        name: `${settings.name}-worker-${worker}`,
        daemon: true,
        server: new URL('./worker.js', import.meta.url).href,
        env,
        cwd,
        execArgv,
        stdio,
      }),
    );
  }
}

import { type Pool, type PoolOptions, ProcessPool, ThreadPool } from '@manycore/pool';

/** Makes a pool with any options that both kinds take; that `initArgs` fit is the test's affair. */
export type MakePool = (
  options?: Omit<PoolOptions, 'initArgs'> & { readonly initArgs?: readonly unknown[] },
) => Pool;

/** Every suite runs over both kinds of pool: `describe.each(poolKinds)`. */
export const poolKinds: readonly (readonly ['ThreadPool' | 'ProcessPool', MakePool])[] = [
  ['ThreadPool', (options) => new ThreadPool(options as PoolOptions)],
  ['ProcessPool', (options) => new ProcessPool(options as PoolOptions)],
];

/** Runs `body` with a pool, and closes and joins the pool whatever happens. */
export async function withPool<T>(pool: Pool, body: (pool: Pool) => T | Promise<T>): Promise<T> {
  try {
    return await body(pool);
  } finally {
    pool.close();
    await pool.join();
  }
}

/** What a promise rejects with; fails when it does not. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

import { allocate, Word } from '@manycore/memory';
import { type Pool, type PoolOptions, ProcessPool, ThreadPool } from '@manycore/pool';
import { portable } from '@manycore/testing';

/** Makes a pool with any options that both kinds take; that `initArgs` fit is the test's affair. */
export type MakePool = (
  options?: Omit<PoolOptions, 'initArgs'> & { readonly initArgs?: readonly unknown[] },
) => Pool;

/** How tasks reach the workers: see the option `transport`. */
type Over = 'auto' | 'messages';

type Options = PoolOptions & { readonly transport?: Over };

type Kind = readonly ['ThreadPool' | 'ProcessPool', MakePool, Over];

/** Every suite runs over both kinds of pool: `describe.each(poolKinds)`. */
export const poolKinds: readonly Kind[] = [
  ['ThreadPool', (options) => new ThreadPool(options as Options), 'auto'],
  ['ProcessPool', (options) => new ProcessPool(options as Options), 'auto'],
];

/** And those about what becomes of tasks, over both ways to the workers as well. */
export const poolKindsAndTransports: readonly Kind[] = [
  ...poolKinds,
  ['ThreadPool', (options) => new ThreadPool(byMessages(options)), 'messages'],
  ['ProcessPool', (options) => new ProcessPool(byMessages(options)), 'messages'],
];

/** Those that share memory with their workers: elsewhere than on Linux, processes get messages only. */
export function withSharedMemory(kinds: readonly Kind[]): readonly Kind[] {
  return kinds.filter(([name]) => !portable || name === 'ThreadPool');
}

function byMessages(options: unknown): Options {
  // What is no object is refused, whatever the transport.
  return (typeof options === 'object' ? { ...options, transport: 'messages' } : options ?? { transport: 'messages' });
}

/** Opens what this process keeps until it ends, once it has shared memory with another: for the leak checks. */
export async function startSharing(): Promise<void> {
  if (portable) return;
  const wait = new Word(allocate(4, 'processes'), 0).waitAsync(0, 1);
  if (wait !== 'not-equal') await wait.settled;
}

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

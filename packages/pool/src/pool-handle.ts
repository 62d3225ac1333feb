import { NotCloneableError } from '@manycore/core';
import { registerHandle } from '@manycore/core/internal';
import type { Pool } from './pool.js';

/**
 * Makes passing a pool to a worker, or putting it into a queue, fail with an error that says why. It could
 * be called there only through the thread that owns it, and a task that waits for a task of its own pool
 * waits forever once all workers do.
 */
export function refuseToCross(
  constructor: abstract new (...args: never) => Pool,
  name: string,
): void {
  const refuse = (): never => {
    throw new NotCloneableError(
      `a ${name} cannot be sent: a task that calls the pool it runs in could wait for itself forever. ` +
        'Make another pool where it is needed, or return to the caller what is to be called',
    );
  };
  const module = import.meta.url;
  registerHandle(constructor, { name, module, scope: () => 'processes', detach: refuse, attach: refuse });
}

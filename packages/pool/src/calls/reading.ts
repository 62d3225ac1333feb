import { deferred, type WaitOptions, withinWait } from '@manycore/core';
import type { OpenCall } from '../engine/engine.js';
import { PoolTerminatedError } from '../errors/pool-terminated-error.js';

/** Reads a whole input before its tasks can be made; meanwhile a pool that is closed stays. */
export class Reading implements OpenCall {
  readonly #pool: string;
  readonly #terminated = deferred<never>();

  constructor(pool: string) {
    this.#pool = pool;
    this.#terminated.promise.catch(() => undefined);
  }

  async all(items: AsyncIterable<unknown>, options: WaitOptions | undefined): Promise<unknown[]> {
    const list = withinWait(readAll(items), options, 'the reading of the items');
    return await Promise.race([list, this.#terminated.promise]);
  }

  poolJoined(): void {
    // The reading goes on.
  }

  poolTerminated(): void {
    const text = `the items were not read to their end: ${this.#pool} was terminated`;
    this.#terminated.reject(new PoolTerminatedError(text));
  }
}

async function readAll(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) list.push(item);
  return list;
}

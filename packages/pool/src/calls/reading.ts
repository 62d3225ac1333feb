import { deferred, type WaitOptions, withinWait } from '@manycore/core';
import type { OpenCall } from '../engine/work.js';
import { eventLoopTurn } from '../platform/worker-node.js';
import { PoolTerminatedError } from '../errors/pool-terminated-error.js';

/** After so many items the event loop gets a turn. */
const turnAfter = 1000;

/** Reads a whole input before its tasks can be made; meanwhile a pool that is closed stays. */
export class Reading implements OpenCall {
  readonly #pool: string;
  readonly #terminated = deferred<never>();
  /** Nobody wants the items any more. */
  #over = false;

  constructor(pool: string) {
    this.#pool = pool;
    this.#terminated.promise.catch(() => undefined);
  }

  async all(items: AsyncIterable<unknown>, options: WaitOptions | undefined): Promise<unknown[]> {
    const all = this.#readAll(items);
    // Who gave up before does not hear of it.
    all.catch(() => undefined);
    const list = withinWait(all, options, 'the reading of the items');
    try {
      return await Promise.race([list, this.#terminated.promise]);
    } finally {
      this.#over = true;
    }
  }

  poolJoined(): void {
    // The reading goes on.
  }

  poolTerminated(): void {
    const text = `the items were not read to their end: ${this.#pool} was terminated`;
    this.#terminated.reject(new PoolTerminatedError(text));
  }

  async #readAll(items: AsyncIterable<unknown>): Promise<unknown[]> {
    const list: unknown[] = [];
    for await (const item of items) {
      if (this.#over) break;
      list.push(item);
      // An input that is always ready would let no timer and no abort through.
      if (list.length % turnAfter === 0) await eventLoopTurn();
    }
    return list;
  }
}

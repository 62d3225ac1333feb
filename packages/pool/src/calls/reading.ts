import type { WaitOptions } from '@manycore/core';
import { deferred, withTimeout } from '@manycore/core/internal';
import type { OpenCall } from '../engine/work.js';
import { eventLoopTurn } from '../platform/worker-node.js';
import { cancellation } from '../errors/cancellation.js';
import { PoolTerminatedError } from '../errors/pool-terminated-error.js';
import { type ItemSource, itemSource } from './item-source.js';

/** After so many items the event loop gets a turn: an input that is always ready would let no timer through. */
const turnAfter = 1000;

/** Reads a whole input before its tasks can be made; meanwhile a pool that is closed stays. */
export class Reading implements OpenCall {
  readonly #pool: string;
  /** The name of the function that is to be called. */
  readonly #name: string;
  /** Rejects when the pool does not want the items any more. */
  readonly #ended = deferred<never>();

  constructor(pool: string, name: string) {
    this.#pool = pool;
    this.#name = name;
    this.#ended.promise.catch(() => undefined);
  }

  async all(items: AsyncIterable<unknown>, options: WaitOptions | undefined): Promise<unknown[]> {
    const source = itemSource(items);
    const all = readAll(source);
    // A caller that gave up before does not hear of it.
    all.catch(() => undefined);
    const list = withTimeout(all, options, 'the reading of the items');
    try {
      return await Promise.race([list, this.#ended.promise]);
    } finally {
      // At once, even while the input is stuck in its `next`: its `return` may be what frees it.
      source.close();
    }
  }

  poolJoined(): void {
    // The reading goes on: a `map` is done when all its items are.
  }

  pendingCancelled(): void {
    this.#ended.reject(cancellation(this.#name));
  }

  poolTerminated(): void {
    const text = `the items were not read to their end: ${this.#pool} was terminated`;
    this.#ended.reject(new PoolTerminatedError(text));
  }
}

async function readAll(source: ItemSource): Promise<unknown[]> {
  const list: unknown[] = [];
  for (;;) {
    const { items, ended, failure } = await source.read(turnAfter);
    for (const item of items) list.push(item);
    if (failure) throw failure.error;
    if (ended) return list;
    await eventLoopTurn();
  }
}

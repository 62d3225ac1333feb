import type { WaitOptions } from '@manycore/core';
import { deferred, withTimeout } from '@manycore/core/internal';
import { cancellation, PoolTerminatedError } from '../errors.js';
import type { CallExecutor, OpenCall } from '../executor/call.js';
import { eventLoopTurn } from '../platform/worker-node.js';
import { type ItemSource, itemSource } from './item-source.js';

/** After so many items the event loop gets a turn: otherwise an input that is always ready would block timers. */
const turnAfter = 1000;

/** Runs code of the caller, which may close the pool: the call that it is part of came before that. */
export function whileOpen<R>(executor: CallExecutor, begin: () => R): R {
  const ignore = (): void => undefined;
  const call: OpenCall = { poolJoined: ignore, pendingCancelled: ignore, poolTerminated: ignore };
  executor.begin(call);
  try {
    return begin();
  } finally {
    executor.end(call);
  }
}

/**
 * Reads a whole input, for the function of that name, and passes it to `start`. Until then a pool that is closed stays, and the pool may end
 * the reading by its `terminate()` or `close({ cancelPending: true })`.
 */
export async function collectItems(
  executor: CallExecutor,
  name: string,
  items: AsyncIterable<unknown>,
  options: WaitOptions | undefined,
  start: (items: unknown[]) => void,
): Promise<void> {
  const collection = new Collection(executor.pool, name);
  executor.begin(collection);
  try {
    start(await collection.read(items, options));
  } finally {
    executor.end(collection);
  }
}

class Collection implements OpenCall {
  readonly #pool: string;
  /** The name of the function that is to be called. */
  readonly #name: string;
  /** Rejects when the pool ends the reading. */
  readonly #ended = deferred<never>();

  constructor(pool: string, name: string) {
    this.#pool = pool;
    this.#name = name;
    this.#ended.promise.catch(() => undefined);
  }

  async read(items: AsyncIterable<unknown>, options: WaitOptions | undefined): Promise<unknown[]> {
    const source = itemSource(items);
    const all = readAll(source);
    // An error after a timeout or an abort is ignored.
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

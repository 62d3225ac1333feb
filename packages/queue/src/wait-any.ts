import { TimeoutError, type WaitOptions } from '@manycore/core';
import { onAbort, signalOf, timeoutOf } from '@manycore/core/internal';

import { Readable, type Source } from './readable.js';

/**
 * Waits until there is something to get from at least one of several queues and connections, or until one
 * of them is closed and empty; resolves to those, in the order of the list. Nothing is taken, and another
 * thread or process may be faster: take with `tryGet`, or with a timeout.
 *
 * @throws TimeoutError after `timeout` ms, or the signal's reason; TypeError for an empty list, or what is
 * neither a queue nor a connection.
 *
 * @example
 * ```ts
 * import { Queue, waitAny } from '@manycore/queue';
 *
 * const [letters, parcels] = [new Queue<string>(), new Queue<string>()];
 * await parcels.put('books');
 * const ready = await waitAny([letters, parcels]);
 * console.log(ready[0]?.tryGet()); // → books
 * ```
 */
export async function waitAny<T extends Readable>(
  readables: readonly T[],
  options?: WaitOptions,
): Promise<T[]> {
  const timeout = timeoutOf(options);
  if (!isList(readables)) {
    throw new TypeError('readables must be a list of at least one queue or connection');
  }
  const sources = readables.map((readable, i) => {
    if (readable instanceof Readable) return Readable.sourceOf(readable);
    throw new TypeError(`readables[${i}] is neither a queue nor a connection`);
  });
  const signal = signalOf(options);
  signal?.throwIfAborted();
  const readyNow = (): T[] => readables.filter((_, i) => isReady(sources[i]));

  const ready = readyNow();
  if (ready.length > 0) return ready;
  const stop = new AbortController();
  const unwatch =
    signal &&
    onAbort(signal, () => {
      stop.abort(signal.reason);
    });
  try {
    const first = await Promise.race(sources.map((source, i) => whenReady(source, i)));
    const found = new Set(readyNow());
    return readables.filter((readable, i) => i === first || found.has(readable));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new TimeoutError(`there was nothing to get within ${timeout} ms`);
  } finally {
    unwatch?.();
    stop.abort();
  }

  async function whenReady({ channel, closing }: Source, place: number): Promise<number> {
    try {
      await channel.ready({ timeout, signal: stop.signal }, closing);
    } catch (error) {
      // Closed here: getting a value does not wait, it throws.
      if (closing?.aborted !== true || stop.signal.aborted) throw error;
    }
    return place;
  }
}

/** `Array.isArray` alone would make the list one of `any`. */
function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isReady(source: Source | undefined): boolean {
  return source?.closing?.aborted === true || source?.channel.isReady() === true;
}

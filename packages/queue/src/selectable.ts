import { TimeoutError, type WaitOptions } from '@manycore/core';
import { onAbort, signalOf, timeoutOf } from '@manycore/core/internal';

import type { Channel } from './channel/channel.js';

/** Where a value would come from. */
export interface Source {
  readonly channel: Channel;
  /** Aborts when waiting for it is useless, because this thread closed its own end. */
  readonly closing?: AbortSignal;
}

/** What `waitAny` can wait on: a queue or a connection. */
export abstract class Selectable {
  /** Told from other objects by this. */
  declare protected readonly isSelectable: true;

  /** @internal What to wait on; throws what getting a value would throw, if that is known now. */
  protected abstract source(): Source;

  /** @internal For `waitAny`. */
  static sourceOf(selectable: Selectable): Source {
    return selectable.source();
  }
}

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
export async function waitAny<T extends Selectable>(
  selectables: readonly T[],
  options?: WaitOptions,
): Promise<T[]> {
  const timeout = timeoutOf(options);
  if (!isList(selectables)) {
    throw new TypeError('selectables must be a list of at least one queue or connection');
  }
  const sources = selectables.map((selectable, i) => {
    if (selectable instanceof Selectable) return Selectable.sourceOf(selectable);
    throw new TypeError(`selectables[${i}] is neither a queue nor a connection`);
  });
  const signal = signalOf(options);
  signal?.throwIfAborted();
  const readyNow = (): T[] => selectables.filter((_, i) => isReady(sources[i]));

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
    return selectables.filter((selectable, i) => i === first || found.has(selectable));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new TimeoutError(`no queue or connection had a value within ${timeout} ms`);
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

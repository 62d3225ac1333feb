import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, hasCode } from '@manycore/core/internal';

import type { Channel } from './channel/channel.js';
import { decode, decodeSync } from './encoding/decode.js';
import { encode } from './encoding/encode.js';
import type { Incoming } from './encoding/incoming.js';
import type { Outgoing } from './encoding/outgoing.js';
import { Selectable, type Source } from './selectable.js';

/** What `close` takes. */
export interface QueueCloseOptions {
  /** Whether what is in the queue is dropped; false unless told. */
  readonly immediate?: boolean | undefined;
}

/**
 * What all queues can do: values go in and out, in whatever order the queue gives them, between all the
 * threads and processes that have a handle to it. Use `Queue`, `LifoQueue` or `PriorityQueue`.
 *
 * A value arrives as a copy: anything that the structured clone takes, and locks, queues, shared memory
 * and other handles, anywhere in it. A view of binary data travels as the bytes that it shows and arrives
 * over a buffer of its own.
 */
export abstract class ValueQueue<T> extends Selectable {
  readonly #channel: Channel;
  readonly #rankOf: ((value: T) => number) | undefined;

  /** @internal */
  protected constructor(channel: Channel, rankOf?: (value: T) => number) {
    super();
    this.#channel = channel;
    this.#rankOf = rankOf;
  }

  /**
   * Puts a value, waiting for room without blocking the thread. When it resolves, the value *is* in the
   * queue: this thread or process may end, and it is still delivered. The value is what it was at the time
   * of the call. What one thread puts is taken in the order of its calls.
   *
   * @throws QueueClosedError when the queue is or becomes closed, TimeoutError after `timeout` ms, or the
   * signal's reason: then the value is not in the queue. NotCloneableError naming the path of what
   * cannot be sent.
   */
  put(value: T, options?: WaitOptions): Promise<void> {
    try {
      return this.#channel.send(this.#encode(value), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Puts a value, and blocks the thread while there is no room. Else as `put`. */
  putSync(value: T, options?: SyncWaitOptions): void {
    this.#channel.sendSync(this.#encode(value), options);
  }

  /**
   * Puts a value if there is room at this moment; returns whether it did. Calls of this thread that wait for
   * room go first.
   *
   * @throws QueueClosedError when the queue is closed; RangeError for a value so large that it could only
   * pass while it is taken at the same time: use `put`.
   */
  tryPut(value: T): boolean {
    return this.#channel.trySend(this.#encode(value));
  }

  /**
   * Takes the next value, waiting for one without blocking the thread. Calls of one thread are served in
   * their order; between threads and processes there is no order of service.
   *
   * The `timeout` counts until a value begins to come in; for each further piece of one that is larger than
   * the queue's memory it counts anew (but no less than 50 ms), as in a socket.
   *
   * @throws QueueClosedError when the queue is closed and empty, TimeoutError after `timeout` ms, or the
   * signal's reason: then nothing was taken.
   */
  get(options?: WaitOptions): Promise<T> {
    try {
      return this.#channel.receive(options, (message) => decode(message, this.#channel.store.parts) as T);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes the next value, and blocks the thread while there is none. Else as `get`; but of the values that
   * hold locks, queues or other handles the packages must be loaded, and an error of a class that this
   * thread has not met arrives as the nearest built-in one.
   */
  getSync(options?: SyncWaitOptions): T {
    return decodeSync(this.#channel.receiveSync(options), this.#channel.store.parts) as T;
  }

  /**
   * Takes the next value if there is one at this moment, else returns undefined. (In a queue that also
   * holds `undefined`, use `getSync({ timeout: 0 })` to tell the two apart.) A value that is larger than the queue's
   * memory and has begun to come in is waited for.
   *
   * @throws QueueClosedError when the queue is closed and empty.
   */
  tryGet(): T | undefined {
    const message = this.#channel.tryReceive();
    return message && (decodeSync(message, this.#channel.store.parts) as T);
  }

  /**
   * How many values are in the queue. Other threads may put and take at the same time, so this, `empty` and `full`
   * are good for progress bars, not for deciding what to do next: call `tryGet` or `tryPut` and look.
   */
  get size(): number {
    return this.#channel.store.size;
  }

  /** How many values the queue may hold, as it was made; Infinity: as many as there is room for. */
  get maxSize(): number {
    const { maxSize } = this.#channel.store;
    return maxSize === 0 ? Infinity : maxSize;
  }

  /** Whether there is nothing to take. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Whether `put` would wait: `maxSize` is reached, or there is no memory left even for a small value. */
  get full(): boolean {
    return this.#channel.store.full;
  }

  /**
   * Closes the queue for all threads and processes: it accepts no values, and calls of `put` that wait get
   * QueueClosedError. What is in it can still be taken; after that, getting is an error and iterations end.
   * Closing twice does nothing.
   *
   * With `immediate`, what is in the queue is dropped as well: callers that wait in `get`, and later ones, get
   * QueueClosedError, and iterations end. The values that were dropped count as finished, so `join` waits only
   * for those that were taken. (Python's `shutdown(immediate=True)`.) A queue that was closed can still be
   * closed so.
   */
  close(options?: QueueCloseOptions): void {
    this.#channel.store.close(isImmediate(options));
  }

  /** Whether the queue was closed. */
  get closed(): boolean {
    return this.#channel.store.closed;
  }

  /** Closes the queue. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Takes value after value, until the queue is closed and empty. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new ValueIterator<T>(this.#channel);
  }

  /** The same, blocking the thread while there is no value. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (;;) {
      let value: T;
      try {
        value = this.getSync();
      } catch (error) {
        if (isEnd(error, this.#channel)) return;
        throw error;
      }
      yield value;
    }
  }

  /** @internal */
  protected override source(): Source {
    return { channel: this.#channel };
  }

  static {
    defineInspection<ValueQueue<unknown>>(this, (queue) => stateOf(queue, queue.#channel));
  }

  #encode(value: T): Outgoing {
    const { block, store } = this.#channel;
    // Before the value is copied: what is wrong with its priority matters more.
    const rank = this.#rankOf?.(value);
    const message = encode(value, block.scope, store.parts);
    if (rank !== undefined) message.rank = rank;
    return message;
  }
}

/**
 * Takes value after value, until the queue is closed and empty. By hand: a generator takes twice as many
 * promises for each value.
 */
class ValueIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #channel: Channel;
  #returned = false;
  readonly #result = (message: Incoming): IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>> =>
    resultOf(message, this.#channel);

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#returned) return Promise.resolve({ value: undefined, done: true });
    try {
      return (
        this.#channel.receiveNow<IteratorResult<T, undefined>>(this.#result) ??
        this.#channel.receive<IteratorResult<T, undefined>>(undefined, this.#result).catch((error: unknown) => {
          if (isEnd(error, this.#channel)) return { value: undefined, done: true };
          throw error;
        })
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#returned = true;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function resultOf<T>(
  message: Incoming,
  { store }: Channel,
): IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>> {
  const value = decode(message, store.parts);
  // A promise cannot be sent: this one is for classes that are yet to be loaded.
  if (value instanceof Promise) return value.then((loaded: T) => ({ value: loaded, done: false }));
  return { value: value as T, done: false };
}

/** Whether getting failed because the queue is at its end (and not because a value was such an error). */
function isEnd(error: unknown, { store }: Channel): boolean {
  return hasCode(error, 'MANYCORE_QUEUE_CLOSED') && store.closed && store.size === 0;
}

/** What is shown of a queue; of one that counts what is finished, that too. */
function stateOf(queue: ValueQueue<unknown>, channel: Channel): Record<string, unknown> {
  const { size, maxSize, closed } = queue;
  const { scope } = channel.block;
  if (!('unfinished' in queue)) return { size, maxSize, closed, scope };
  return { size, maxSize, unfinished: queue.unfinished, closed, scope };
}

function isImmediate(options: unknown): boolean {
  if (options === undefined) return false;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('close takes options such as { immediate: true }');
  }
  const { immediate } = options as Record<string, unknown>;
  if (immediate !== undefined && typeof immediate !== 'boolean') {
    throw new TypeError(`immediate must be true or false, not ${typeof immediate}`);
  }
  return immediate === true;
}

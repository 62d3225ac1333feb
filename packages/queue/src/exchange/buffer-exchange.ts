import { sharedState } from '@manycore/core/internal';
import type { Owners } from '@manycore/memory';

import { type Broadcast, openBroadcast } from '../platform/broadcast.js';
import { WeakValues } from '../weak-values.js';
import { type ExchangeMessage, exchangeMessageOf } from './messages.js';
import { type ExchangePost, Offers } from './offers.js';

/** How often the parts are checked whose message may be gone, in milliseconds, and how long they are kept then. */
const sweepInterval = 10_000;
/** How long the parts of a queue are kept for a handle that was sent and has not arrived, in milliseconds. */
const transitLimit = 60_000;

// Taken now: a test that replaces the timers later must not stop the sweeps.
const { setInterval, clearInterval } = globalThis;

/** Offers that are kept though this thread may have no handle to their queue any more. */
interface Pin {
  readonly offers: object;
  readonly until: number;
}

/**
 * How parts pass beside the queues of scope 'threads': see README.md. There is one exchange in a thread, and
 * it talks to those of all other threads at once.
 */
class BufferExchange implements ExchangePost {
  /** By the identity of the queue. Held by the handles to the queue. */
  readonly #offers = new WeakValues<Offers>();
  readonly #pins = new Map<number, Pin>();
  /** The owner ids by which this thread sends. */
  readonly #senders = new Set<number>();
  /** While a message is encoded: the queues whose handles it takes along. */
  #carried: object[] | undefined;
  #broadcast: Broadcast | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** What this thread knows of a queue's parts. From now on it hears of more. */
  offersOf(queue: string, owners: Owners): Offers {
    this.#channel();
    return this.#offers.getOrMake(queue, () => new Offers(this, queue, owners));
  }

  post(message: ExchangeMessage): void {
    this.#channel().post(message);
    if (message.kind === 'offer') this.#watch();
  }

  /** Handles what has arrived from other threads; also while this thread is blocked. */
  drain(): void {
    this.#broadcast?.drain();
  }

  sendsAs(sender: number): void {
    this.#senders.add(sender);
  }

  encoding<T>(encode: () => T): T {
    const before = this.#carried;
    this.#carried = [];
    try {
      return encode();
    } finally {
      this.#carried = before;
    }
  }

  get carried(): readonly object[] {
    return this.#carried ?? [];
  }

  pin(offers: object): number {
    const token = Math.random();
    this.#pins.set(token, { offers, until: performance.now() + transitLimit });
    this.#carried?.push(offers);
    this.#watch();
    return token;
  }

  #channel(): Broadcast {
    return (this.#broadcast ??= openBroadcast('manycore.queue.buffers', (value) => {
      const message = exchangeMessageOf(value);
      if (message) this.#onMessage(message);
    }));
  }

  #onMessage(message: ExchangeMessage): void {
    if (message.kind === 'arrived') {
      this.#pins.delete(message.token);
      return;
    }
    const { queue } = message;
    const offers = this.#offers.get(queue);
    offers?.onMessage(message);
    if (message.kind === 'offer' && offers) this.#watch();
    if (message.kind !== 'want' || offers?.has(message.key) === true) return;
    if (this.#senders.has(message.sender)) this.post({ kind: 'gone', queue, key: message.key });
  }

  /** Sweeps from time to time, as long as there is anything to sweep. It does not keep the event loop alive. */
  #watch(): void {
    this.#timer ??= setInterval(() => this.#sweep(), sweepInterval).unref();
  }

  #sweep(): void {
    const now = performance.now();
    for (const [token, { until }] of this.#pins) if (until <= now) this.#pins.delete(token);
    let left = this.#pins.size;
    for (const offers of this.#offers.values()) {
      offers.sweep(sweepInterval);
      if (!offers.empty) left += 1;
    }
    if (left > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** One per thread. */
export const bufferExchange: BufferExchange = sharedState(
  'queue.buffers',
  () => new BufferExchange(),
);

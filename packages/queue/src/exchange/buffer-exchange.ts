import { ManycoreError, sharedState } from '@manycore/core';

import type { SharedMemoryFinder } from '../encoding/decode.js';
import { type Broadcast, openBroadcast } from '../platform/broadcast.js';

type Buffers = readonly SharedArrayBuffer[];

/** Buffers that were sent past a queue, and their key. */
export type Offer = readonly [key: number, buffers: Buffers];

type Message =
  | { readonly kind: 'offer'; readonly offer: Offer }
  | { readonly kind: 'want'; readonly key: number }
  | { readonly kind: 'taken'; readonly key: number };

/** How long the thread that has the buffers is waited for, in milliseconds. */
const patience = 10_000;
const pause = 5;

/**
 * How `SharedArrayBuffer`s, and the handles of scope 'threads' that consist of them, pass through a queue:
 * bytes cannot carry them, and only messages between threads can. The sender broadcasts them under a key
 * before it puts the message that names the key, so they are there when a receiver takes the message, even
 * if neither of the two returns to its event loop. Every thread that uses queues keeps them until someone
 * says that they were taken. A thread that comes later is given them with its handle to the queue, and what
 * it still misses it asks for.
 */
class BufferExchange implements SharedMemoryFinder {
  readonly #offers = new Map<number, Buffers>();
  #broadcast: Broadcast | undefined;

  /** From now on this thread hears what others offer. */
  open(offers: readonly Offer[] = []): void {
    this.#channel();
    for (const [key, buffers] of offers) this.#offers.set(key, buffers);
  }

  /** What nobody has taken yet, for a thread that comes later. */
  offers(): Offer[] {
    this.#channel().drain();
    return [...this.#offers];
  }

  /** Offers buffers; their key. */
  share(buffers: Buffers): number {
    const key = Math.random();
    this.#offers.set(key, buffers);
    this.#post({ kind: 'offer', offer: [key, buffers] });
    return key;
  }

  findSync(key: number): Buffers {
    const sleep = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; waited < patience; waited += pause) {
      const found = this.#take(key, waited === 0);
      if (found) return found;
      Atomics.wait(sleep, 0, 0, pause);
    }
    throw missing();
  }

  async find(key: number): Promise<Buffers> {
    for (let waited = 0; waited < patience; waited += pause) {
      const found = this.#take(key, waited === 0);
      if (found) return found;
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
    }
    throw missing();
  }

  /** Serves others while this thread is blocked. */
  serve(): void {
    this.#broadcast?.drain();
  }

  #take(key: number, ask: boolean): Buffers | undefined {
    this.#channel().drain();
    const found = this.#offers.get(key);
    if (found) {
      this.#offers.delete(key);
      this.#post({ kind: 'taken', key });
    } else if (ask) {
      this.#post({ kind: 'want', key });
    }
    return found;
  }

  #post(message: Message): void {
    this.#channel().post(message);
  }

  #channel(): Broadcast {
    return (this.#broadcast ??= openBroadcast('manycore.queue.buffers', (message) => {
      this.#onMessage(message as Message);
    }));
  }

  #onMessage(message: Message): void {
    if (message.kind === 'offer') {
      this.#offers.set(...message.offer);
    } else if (message.kind === 'taken') {
      this.#offers.delete(message.key);
    } else {
      const buffers = this.#offers.get(message.key);
      if (buffers) this.#post({ kind: 'offer', offer: [message.key, buffers] });
    }
  }
}

function missing(): ManycoreError {
  return new ManycoreError(
    'MANYCORE_SHARED_MEMORY_LOST',
    'the value holds memory that threads share, and the thread that put it has ended, or is busy. ' +
      "Keep that thread alive until the value was taken, or create what it holds with { scope: 'processes' }",
  );
}

/** One per thread. */
export const bufferExchange: BufferExchange = sharedState(
  'queue.buffers',
  () => new BufferExchange(),
);

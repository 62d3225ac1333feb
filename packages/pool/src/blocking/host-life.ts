import { gone, heartbeat } from './protocol.js';

/** How long (ms) without a heartbeat the host is believed: it may be busy with a huge message. */
const patience = 60_000;

/** Whether the host lives, as a thread that waits for it sees that. */
export class HostLife {
  readonly #words: Int32Array;
  #beat = 0;
  #seenAt = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** A wait begins. */
  watch(): void {
    this.#beat = Atomics.load(this.#words, heartbeat);
    this.#seenAt = performance.now();
  }

  /** Whether the host has exited, or has been silent for too long since `watch`. */
  get isOver(): boolean {
    if (Atomics.load(this.#words, gone) !== 0) return true;
    const beat = Atomics.load(this.#words, heartbeat);
    const now = performance.now();
    if (beat !== this.#beat) {
      this.#beat = beat;
      this.#seenAt = now;
    }
    return now - this.#seenAt > patience;
  }
}

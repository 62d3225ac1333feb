import { setTimeout as delay } from 'node:timers/promises';
import { Thread } from '@manycore/thread';
import { nativeThreadId, stateLetterOf, systemCallOf, threadExists } from './thread-files.js';

/** What the observer and the observed thread tell each other, in this order of the words. */
const word = { nativeId: 0, mayWait: 1, mayEnd: 2 };

/** Spins until it may wait, then waits until it may end. */
export function beObserved(words: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(words, word.nativeId, nativeThreadId());
  while (Atomics.load(words, word.mayWait) === 0);
  Atomics.wait(words, word.mayEnd, 0);
}

/** A thread that runs, blocks and ends when told to, so that its files can be read in each state. */
export class ObservedThread {
  readonly thread: Thread<typeof beObserved>;
  readonly #words = new Int32Array(new SharedArrayBuffer(12));

  constructor(name: string) {
    this.thread = new Thread({ target: beObserved, args: [this.#words], name });
  }

  /** The thread's id in the operating system, once it runs. */
  get nativeId(): number {
    return Atomics.load(this.#words, word.nativeId);
  }

  /** Starts the thread, and resolves when it spins. */
  async start(): Promise<void> {
    this.thread.start();
    while (this.nativeId === 0 || stateLetterOf(this.nativeId) !== 'R') await delay(1);
  }

  /** Lets the thread block, and resolves when it sleeps. */
  async block(): Promise<void> {
    Atomics.store(this.#words, word.mayWait, 1);
    while (stateLetterOf(this.nativeId) !== 'S' || systemCallOf(this.nativeId) === 'running') {
      await delay(1);
    }
  }

  /** Lets the thread end, and resolves when the system knows it no more. */
  async end(): Promise<void> {
    Atomics.store(this.#words, word.mayWait, 1);
    Atomics.store(this.#words, word.mayEnd, 1);
    Atomics.notify(this.#words, word.mayEnd);
    await this.thread.join();
    while (threadExists(this.nativeId)) await delay(1);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { Thread } from '@manycore/thread';
import {
  type BlockedCall,
  nativeThreadId,
  stateLetterOf,
  statusNumberOf,
  systemCallOf,
  threadExists,
  waitChannelOf,
} from './thread-files.js';

/** What the observer and the observed thread tell each other, in this order of the words. */
const word = { nativeId: 0, mayWait: 1, waits: 2, mayEnd: 3 };

/** Spins until it may wait, then waits until it may end. */
export function beObserved(words: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(words, word.nativeId, nativeThreadId());
  while (Atomics.load(words, word.mayWait) === 0);
  Atomics.store(words, word.waits, 1);
  Atomics.wait(words, word.mayEnd, 0);
}

/** A thread that sleeps, at one moment. */
export interface BlockedThread {
  readonly call: BlockedCall;
  readonly channel: string;
  readonly state: string;
}

/** How often the thread has left a processor. */
function switchesOf(id: number): number {
  return statusNumberOf(id, 'voluntary_ctxt_switches') + statusNumberOf(id, 'nonvoluntary_ctxt_switches');
}

/** A thread that runs, blocks and ends when told to, so that its files can be read in each state. */
export class ObservedThread {
  readonly thread: Thread<typeof beObserved>;
  readonly #words = new Int32Array(new SharedArrayBuffer(16));

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

  /** Lets the thread block, and resolves with what the system says of it while it sleeps. */
  async block(): Promise<BlockedThread> {
    Atomics.store(this.#words, word.mayWait, 1);
    for (;;) {
      const seen = Atomics.load(this.#words, word.waits) === 1 ? this.#lookAtSleep() : undefined;
      if (seen) return seen;
      await delay(1);
    }
  }

  /** Before its wait it may sleep for a moment, and run again: what is seen must be of one sleep. */
  #lookAtSleep(): BlockedThread | undefined {
    const id = this.nativeId;
    const before = switchesOf(id);
    const call = systemCallOf(id);
    const channel = waitChannelOf(id);
    const state = stateLetterOf(id);
    if (call === 'running' || state !== 'S' || switchesOf(id) !== before) return undefined;
    return { call, channel, state };
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

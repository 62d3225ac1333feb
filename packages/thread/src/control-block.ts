import type { EntryRef } from '@manycore/core/internal';

import type { MessagePort } from './platform/node.js';

/** What a parent sends to a new thread, as its `workerData`. */
export interface ThreadInit {
  readonly manycoreThread: true;
  readonly name: string;
  readonly daemon: boolean;
  /**
   * The port that holds the thread's one call. It is read by the thread's own code, which can report if it
   * cannot be read: a thread whose `workerData` cannot be deserialised just ends.
   */
  readonly call: MessagePort | undefined;
  /** Without a call: the URL of a module whose `serve(endpoint)` runs the thread, or an entry. */
  readonly server: EntryRef | string | undefined;
  /** When the call is due, in milliseconds since 1970, unless it is cancelled in the control block. */
  readonly due: number | undefined;
  readonly control: SharedArrayBuffer | undefined;
  readonly nice: number | undefined;
  /** Held by the thread, so that its parent sees when it ends, where the system does not tell. */
  readonly lifeLine: MessagePort | undefined;
}

export function isThreadInit(value: unknown): value is ThreadInit {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<ThreadInit>).manycoreThread === true
  );
}

/**
 * What a thread reports to its parent in shared memory, so that a parent which blocks can read it: a phase,
 * the exit code and the operating system's thread id.
 *
 * | phase    | set by                                                             |
 * |----------|--------------------------------------------------------------------|
 * | starting | the parent, at `start`                                             |
 * | loading  | the thread, before it looks for its target; the native id is known |
 * | running  | the thread, right before it calls its target                       |
 * | done     | the thread's exit handler; the exit code is set before             |
 * | done     | the parent, when it abandons the thread                            |
 *
 * The parent abandons a thread that ended without reporting it, and one that is terminated before it called
 * its target: that one finds `done` before its next step, and ends. All steps but the last are
 * compare-and-swaps, so each is taken by one side only.
 */
export class ControlBlock {
  static readonly starting = 0;
  static readonly loading = 1;
  static readonly running = 2;
  static readonly done = 3;
  readonly buffer: SharedArrayBuffer;
  /** phase, exit code, native thread id, 1 once the delayed call is cancelled. */
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  get phase(): number {
    return Atomics.load(this.#words, 0);
  }

  get exitCode(): number {
    return Atomics.load(this.#words, 1);
  }

  get nativeId(): number {
    return Atomics.load(this.#words, 2);
  }

  /** In the thread, when it begins. False when its parent has abandoned it: it must end. */
  enter(nativeId: number): boolean {
    Atomics.store(this.#words, 2, nativeId);
    return this.#advance(ControlBlock.starting, ControlBlock.loading);
  }

  /** In the thread, before its target. False when its parent has abandoned it: it must end. */
  run(): boolean {
    return this.#advance(ControlBlock.loading, ControlBlock.running);
  }

  leave(exitCode: number): void {
    Atomics.store(this.#words, 1, exitCode);
    Atomics.store(this.#words, 0, ControlBlock.done);
    Atomics.notify(this.#words, 0);
  }

  /** In the parent. False when the phase is no longer `phase`. */
  giveUp(phase: number): boolean {
    if (!this.#advance(phase, ControlBlock.done)) return false;
    Atomics.store(this.#words, 1, 1);
    return true;
  }

  /**
   * In the parent: keeps a thread from calling its target, if it has not yet. Returns the phase in which
   * the thread was; undefined when it is too late.
   */
  forestall(): number | undefined {
    const phase = [ControlBlock.starting, ControlBlock.loading].find((each) => this.giveUp(each));
    if (phase !== undefined) this.cancel();
    return phase;
  }

  #advance(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, 0, from, to) === from;
  }

  /** Cancels a delayed call; false when it has begun. */
  cancel(): boolean {
    const inTime = Atomics.compareExchange(this.#words, 3, 0, 1) === 0;
    Atomics.notify(this.#words, 3);
    return inTime;
  }

  /** In the thread: sleeps, then tells whether the call is to be made: false if it was cancelled. */
  delay(milliseconds: number): boolean {
    Atomics.wait(this.#words, 3, 0, milliseconds);
    return Atomics.compareExchange(this.#words, 3, 0, 2) === 0;
  }

  /** Blocks for `timeout` milliseconds at most, while the phase stays `phase`. */
  waitWhile(phase: number, timeout: number): void {
    Atomics.wait(this.#words, 0, phase, timeout);
  }
}

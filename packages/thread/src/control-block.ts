/**
 * What a thread tells its parent without messages, so that a parent which blocks can see it: a phase, the
 * exit code and the operating system's thread id, in shared memory.
 *
 * | phase    | set by                                                    |
 * |----------|-----------------------------------------------------------|
 * | starting | the parent, at `start`                                    |
 * | running  | the thread, before it looks for its target                |
 * | done     | the thread's exit handler; the exit code is set before    |
 * | done     | the parent, when it sees that the thread ended without it |
 *
 * A thread that was terminated, or that crashed, does not say `done` itself. One that the parent gave up
 * while it was starting finds `done` when it would enter, and ends.
 */
export class ControlBlock {
  static readonly starting = 0;
  static readonly running = 1;
  static readonly done = 2;
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

  /** In the thread, at its begin. False when its parent has given it up: it must end. */
  enter(nativeId: number): boolean {
    Atomics.store(this.#words, 2, nativeId);
    const { starting, running } = ControlBlock;
    return Atomics.compareExchange(this.#words, 0, starting, running) === starting;
  }

  leave(exitCode: number): void {
    Atomics.store(this.#words, 1, exitCode);
    Atomics.store(this.#words, 0, ControlBlock.done);
    Atomics.notify(this.#words, 0);
  }

  /** In the parent, when the thread is gone without a word. False when the phase is no longer `phase`. */
  giveUp(phase: number): boolean {
    if (Atomics.compareExchange(this.#words, 0, phase, ControlBlock.done) !== phase) return false;
    Atomics.store(this.#words, 1, 1);
    return true;
  }

  /** Takes back a delayed call; false when it has begun. */
  cancel(): boolean {
    const inTime = Atomics.compareExchange(this.#words, 3, 0, 1) === 0;
    Atomics.notify(this.#words, 3);
    return inTime;
  }

  /** In the thread: sleeps, and tells whether the call is to be made: it was not cancelled. */
  delay(milliseconds: number): boolean {
    Atomics.wait(this.#words, 3, 0, milliseconds);
    return Atomics.compareExchange(this.#words, 3, 0, 2) === 0;
  }

  /** Blocks for `timeout` milliseconds at most, while the phase stays `phase`. */
  waitWhile(phase: number, timeout: number): void {
    Atomics.wait(this.#words, 0, phase, timeout);
  }
}

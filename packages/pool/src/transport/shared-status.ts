/** What a worker is loading: its own entry, at first; a module of the program; nothing, so that it may be ended. */
export type Loading = 'entry' | 'module' | 'nothing';

const loadings: readonly Loading[] = ['entry', 'module', 'nothing'];

/** The indices of the words. */
const begunTask = 0;
const abortedTask = 1;
const abortReason = 2;
const loadingPhase = 3;
const wordCount = 4;

/**
 * A few words that a pool shares with a worker thread, so that each side sees at once what the other did,
 * even while it cannot read its messages.
 */
export class SharedStatus {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(wordCount * 4)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** By the worker: it begins a task. */
  begin(id: number): void {
    Atomics.store(this.#words, begunTask, id | 0);
  }

  /** By the pool: whether the worker ever began this task, which was sent to it last. */
  hasBegun(id: number): boolean {
    return Atomics.load(this.#words, begunTask) === (id | 0);
  }

  /** By the pool: the task is to stop. */
  abort(id: number, why: 'aborted' | 'timed-out'): void {
    Atomics.store(this.#words, abortReason, why === 'aborted' ? 1 : 2);
    Atomics.store(this.#words, abortedTask, id | 0);
  }

  /** By the worker: whether this task is to stop, and why. */
  abortOf(id: number): 'aborted' | 'timed-out' | undefined {
    if (Atomics.load(this.#words, abortedTask) !== (id | 0)) return undefined;
    return Atomics.load(this.#words, abortReason) === 1 ? 'aborted' : 'timed-out';
  }

  /**
   * By the worker: what it is loading. A thread that is ended while Node reads a file for it leaves that
   * file's descriptor open forever.
   */
  set loading(loading: Loading) {
    Atomics.store(this.#words, loadingPhase, loadings.indexOf(loading));
  }

  get loading(): Loading {
    return loadings[Atomics.load(this.#words, loadingPhase)] ?? 'nothing';
  }
}

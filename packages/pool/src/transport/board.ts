/** Its own entry, at first; a module of the program; nothing, so that it may be ended at any time. */
export type Loading = 'entry' | 'module' | 'nothing';

const loadings: readonly Loading[] = ['entry', 'module', 'nothing'];

/**
 * A few words that a pool shares with a worker thread, so that each sees at once what the other did,
 * even while it cannot look at its messages.
 */
export class Board {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** By the worker: it begins a job. */
  begin(id: number): void {
    Atomics.store(this.#words, 0, id | 0);
  }

  /** By the pool: whether the worker ever began this job, which was sent to it last. */
  hasBegun(id: number): boolean {
    return Atomics.load(this.#words, 0) === (id | 0);
  }

  /** By the pool: the job is not wanted any more. */
  abort(id: number, why: 'aborted' | 'timed-out'): void {
    Atomics.store(this.#words, 2, why === 'aborted' ? 1 : 2);
    Atomics.store(this.#words, 1, id | 0);
  }

  /** By the worker: whether this job is not wanted any more, and why. */
  abortOf(id: number): 'aborted' | 'timed-out' | undefined {
    if (Atomics.load(this.#words, 1) !== (id | 0)) return undefined;
    return Atomics.load(this.#words, 2) === 1 ? 'aborted' : 'timed-out';
  }

  /**
   * By the worker: what it is loading. A thread that is ended while Node reads a file for it leaves that
   * file's descriptor open for ever.
   */
  set loading(loading: Loading) {
    Atomics.store(this.#words, 3, loadings.indexOf(loading));
  }

  get loading(): Loading {
    return loadings[Atomics.load(this.#words, 3)] ?? 'nothing';
  }
}

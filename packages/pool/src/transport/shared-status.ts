/** What a worker is loading: its own entry, at first; a module of the program; nothing, so that it may be ended. */
export type Loading = 'entry' | 'module' | 'nothing';

const loadings: readonly Loading[] = ['entry', 'module', 'nothing'];

/** The indices of the words. */
const begunTask = 0;
const loadingPhase = 1;
/** From here on: pairs of a task that is to stop, and why. */
const aborts = 2;

/** So many tasks at most are remembered as aborted; a message tells of each besides. */
const mostAborts = 256;

/**
 * A few words that a pool shares with a worker thread, so that each side sees at once what the other did,
 * even while it cannot read its messages.
 */
export class SharedStatus {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** Where the next abort is written. No task begins while one that was aborted runs: so the others last long enough. */
  #nextAbort = aborts;

  /** For a worker that runs so many tasks at a time; or what its pool made. */
  constructor(given: number | SharedArrayBuffer) {
    this.buffer =
      typeof given === 'number' ? new SharedArrayBuffer((aborts + 2 * Math.min(given, mostAborts)) * 4) : given;
    this.#words = new Int32Array(this.buffer);
  }

  /** By the worker: it begins a task. */
  begin(id: number): void {
    Atomics.store(this.#words, begunTask, id | 0);
  }

  /** By the pool: this task is sent again. */
  forget(id: number): void {
    Atomics.compareExchange(this.#words, begunTask, id | 0, 0);
  }

  /** By the pool: whether the worker began this task last. */
  hasBegun(id: number): boolean {
    return Atomics.load(this.#words, begunTask) === (id | 0);
  }

  /** By the pool: the task is to stop. */
  abort(id: number, why: 'aborted' | 'timed-out'): void {
    const at = this.#nextAbort;
    this.#nextAbort = at + 2 < this.#words.length ? at + 2 : aborts;
    Atomics.store(this.#words, at + 1, why === 'aborted' ? 1 : 2);
    Atomics.store(this.#words, at, id | 0);
  }

  /** By the worker: whether this task is to stop, and why. */
  abortOf(id: number): 'aborted' | 'timed-out' | undefined {
    for (let at = aborts; at < this.#words.length; at += 2) {
      if (Atomics.load(this.#words, at) !== (id | 0)) continue;
      return Atomics.load(this.#words, at + 1) === 1 ? 'aborted' : 'timed-out';
    }
    return undefined;
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

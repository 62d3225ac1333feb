import { NotHeldError } from '../errors/not-held-error.js';

/** A lock that is held, until `release()` or the end of the block that `using` opens. */
export class LockGuard implements Disposable {
  /** True when this acquisition took over from an owner that had died: check what the lock protects. */
  readonly recovered: boolean;
  /** Undefined once released. */
  #release: (() => void) | undefined;

  /** Guards are made by what they guard. */
  constructor(release: () => void, recovered: boolean) {
    this.#release = release;
    this.recovered = recovered;
  }

  /**
   * Gives the lock back.
   *
   * @throws NotHeldError when this guard has been released before.
   */
  release(): void {
    const release = this.#release;
    if (!release) throw new NotHeldError('release unlocked lock: this guard was released before');
    this.#release = undefined;
    release();
  }

  /** Gives the lock back, unless that has been done. */
  [Symbol.dispose](): void {
    if (this.#release) this.release();
  }
}

import { NotCloneableError, type SyncWaitOptions, type WaitOptions } from '@manycore/core';
import { registerHandle } from '@manycore/core/internal';
import { NotHeldError } from '@manycore/memory';
import type { Mutex } from '@manycore/memory/internal';

/**
 * Something held, until `release()` or the end of the block that `using` opens, whichever comes first.
 * It belongs to the thread that acquired it and cannot be sent to another.
 *
 * @example
 * ```ts
 * import { Lock } from '@manycore/sync';
 *
 * const lock = new Lock();
 * {
 *   using guard = await lock.acquire();
 *   console.log(lock.locked, guard.recovered); // → true false
 * }
 * console.log(lock.locked); // → false
 * ```
 */
export interface Guard extends Disposable {
  /** True when this acquisition took over from an owner that had died: verify the state that the lock protects. */
  readonly recovered: boolean;

  /**
   * Releases what is held.
   *
   * @throws NotHeldError when this guard has been released before.
   */
  release(): void;

  /** Releases what is held, unless that has been done. */
  [Symbol.dispose](): void;
}

/** What can be acquired and released: it can be held while a function runs. */
export abstract class Acquirable {
  abstract acquire(options?: WaitOptions): Promise<Guard>;
  abstract acquireSync(options?: SyncWaitOptions): Guard;

  /** Acquires, runs `fn`, releases, and returns what `fn` did. */
  async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    const guard = await this.acquire(options);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  /**
   * The same, blocking the thread while it waits.
   *
   * @throws TypeError when `fn` turns out to be asynchronous: nothing is held while the rest of it runs.
   */
  runSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    const guard = this.acquireSync(options);
    try {
      const result = fn();
      if (isThenable(result)) {
        // Its failure is not for the process to report as well.
        result.then(undefined, () => undefined);
        throw new TypeError('runSync takes a function that is not asynchronous; use await run(fn)');
      }
      return result;
    } finally {
      guard.release();
    }
  }
}

/** What a guard can stand for. */
export interface Holdable {
  /** Releases it; `token` is what the guard was made with. */
  giveBack(token: number): void;
}

/** The guard of everything but a `Lock` or an `RLock`. */
export class HeldGuard implements Guard {
  readonly recovered: boolean;
  /** Undefined once released. */
  #holdable: Holdable | undefined;
  readonly #token: number;

  constructor(holdable: Holdable, token: number, recovered: boolean) {
    this.recovered = recovered;
    this.#holdable = holdable;
    this.#token = token;
  }

  release(): void {
    const holdable = this.#holdable;
    if (!holdable) throw releasedBefore();
    this.#holdable = undefined;
    holdable.giveBack(this.#token);
  }

  [Symbol.dispose](): void {
    if (this.#holdable) this.release();
  }

  static {
    registerGuard(HeldGuard);
  }
}

/** The guard of a `Lock`: a class of its own, so that the compiler can do without the object. */
export class LockGuard implements Guard {
  readonly recovered: boolean;
  /** Undefined once released. */
  #mutex: Mutex | undefined;

  constructor(mutex: Mutex, recovered: boolean) {
    this.recovered = recovered;
    this.#mutex = mutex;
  }

  release(): void {
    const mutex = this.#mutex;
    if (!mutex) throw releasedBefore();
    this.#mutex = undefined;
    mutex.release();
  }

  [Symbol.dispose](): void {
    if (this.#mutex) this.release();
  }

  static {
    registerGuard(LockGuard);
  }
}

/** The guard of an `RLock`: a class of its own for the same reason. */
export class ReentrantGuard implements Guard {
  readonly recovered: boolean;
  /** Undefined once released. */
  #mutex: Holdable | undefined;
  readonly #context: number;

  constructor(mutex: Holdable, context: number, recovered: boolean) {
    this.recovered = recovered;
    this.#mutex = mutex;
    this.#context = context;
  }

  release(): void {
    const mutex = this.#mutex;
    if (!mutex) throw releasedBefore();
    this.#mutex = undefined;
    mutex.giveBack(this.#context);
  }

  [Symbol.dispose](): void {
    if (this.#mutex) this.release();
  }

  static {
    registerGuard(ReentrantGuard);
  }
}

function releasedBefore(): NotHeldError {
  return new NotHeldError('release unlocked lock: this guard was released before');
}

/** Makes a class of guards one that cannot be sent, and that says so. */
function registerGuard(constructor: abstract new (...args: never) => Guard): void {
  registerHandle(constructor, {
    name: 'Guard',
    module: import.meta.url,
    // It goes nowhere, and `detach` says why.
    scope: () => 'processes',
    detach: refuse,
    attach: refuse,
  });
}

function refuse(): never {
  throw new NotCloneableError(
    'a Guard cannot be sent: the thread that acquired it holds what it guards. Send the lock itself',
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

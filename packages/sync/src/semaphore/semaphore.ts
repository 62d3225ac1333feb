import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { Acquirable, type Guard, HeldGuard } from '../guard.js';
import { ExistingBlock, type SyncOptions } from '../options.js';
import { createSemaphore, RawSemaphore } from './raw-semaphore.js';

/**
 * A number of permits that threads or processes share. Any caller may release, also what it did not
 * acquire, so a permit has no owner, and **is lost with its holder**: a permit that a terminated thread or a
 * killed process had taken is not given back, and no OwnerDiedError reports it. A program that must survive
 * that calls `release()` when it learns of the death, or protects its state with a `Lock`, which is recovered.
 *
 * A caller gets permits when there are enough of them (barging): one that wants five can wait long while
 * others keep taking one. Of the waiting tasks of a thread, the first for which there is enough gets them;
 * between threads there is no order. What was written before a release is seen after an acquire that got
 * its permit. At most 1 073 741 823 permits.
 *
 * @example
 * ```ts
 * import { Semaphore } from '@manycore/sync';
 *
 * const connections = new Semaphore(4);
 * const guard = await connections.acquire({ timeout: 1000 });
 * console.log(connections.value); // → 3
 * guard.release();
 * console.log(connections.tryAcquire(5)); // → undefined
 * ```
 */
export class Semaphore extends Acquirable {
  readonly #raw: RawSemaphore;

  /** @param permits how many there are at first: 0 or more, by default 1. */
  constructor(permits = 1, options?: SyncOptions) {
    super();
    const block =
      options instanceof ExistingBlock ? options.block : createSemaphore(permits, options, false);
    this.#raw = new RawSemaphore(block);
  }

  /** How many permits are left at this moment. */
  get value(): number {
    return this.#raw.value;
  }

  /**
   * Waits for `n` permits (by default 1) and takes them all at once, without blocking the thread. The
   * guard gives back as many.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason: then none is taken.
   */
  acquire(options?: WaitOptions): Promise<Guard>;
  acquire(n?: number, options?: WaitOptions): Promise<Guard>;
  async acquire(first?: number | WaitOptions, second?: WaitOptions): Promise<Guard> {
    const n = this.#raw.amount(first);
    const options = typeof first === 'object' ? first : second;
    if (options !== undefined || !this.#raw.tryAcquire(n)) await this.#raw.acquire(n, options);
    return new HeldGuard(this.#raw, n, false);
  }

  /**
   * Blocks the thread until it has `n` permits, by default 1.
   *
   * @throws TimeoutError after `timeout` ms: then none is taken.
   */
  acquireSync(options?: SyncWaitOptions): Guard;
  acquireSync(n?: number, options?: SyncWaitOptions): Guard;
  acquireSync(first?: number | SyncWaitOptions, second?: SyncWaitOptions): Guard {
    const n = this.#raw.amount(first);
    const options = typeof first === 'object' ? first : second;
    if (options !== undefined || !this.#raw.tryAcquire(n)) this.#raw.acquireSync(n, options);
    return new HeldGuard(this.#raw, n, false);
  }

  /** Takes `n` permits (by default 1) if they are there now; otherwise undefined, and none is taken. */
  tryAcquire(n = 1): Guard | undefined {
    return this.#raw.tryAcquire(this.#raw.amount(n)) ? new HeldGuard(this.#raw, n, false) : undefined;
  }

  /**
   * Gives `n` permits back, by default 1, whichever caller took them. A `Semaphore` can so get more than it
   * began with, a `BoundedSemaphore` cannot.
   *
   * @throws NotHeldError when there would be more permits than there may be; none is given back then.
   */
  release(n = 1): void {
    this.#raw.release(this.#raw.amount(n));
  }

  /** @internal Where a handle of this class, or of `BoundedSemaphore`, lives. */
  protected static blockOf(semaphore: Semaphore): SharedBlock {
    return semaphore.#raw.words.block;
  }

  static {
    defineInspection(this, (semaphore) => ({
      value: semaphore.value,
      bound: semaphore.#raw.bound,
      scope: semaphore.#raw.words.block.scope,
    }));
    registerHandle(this, {
      name: 'Semaphore',
      module: import.meta.url,
      scope: (semaphore) => this.blockOf(semaphore).scope,
      detach: (semaphore) => this.blockOf(semaphore),
      attach: (block: SharedBlock) => new this(0, new ExistingBlock(block)),
    });
  }
}

/**
 * A `Semaphore` that never has more permits than it began with: releasing one too many, a mistake that
 * would go unnoticed, throws.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from '@manycore/sync';
 *
 * const seats = new BoundedSemaphore(2);
 * try {
 *   seats.release();
 * } catch (error) {
 *   console.log((error as Error).name); // → NotHeldError
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /** @param permits how many there are at first, and at most: 0 or more, by default 1. */
  constructor(permits = 1, options?: SyncOptions) {
    super(
      permits,
      options instanceof ExistingBlock
        ? options
        : new ExistingBlock(createSemaphore(permits, options, true)),
    );
  }

  static {
    registerHandle(this, {
      name: 'BoundedSemaphore',
      module: import.meta.url,
      scope: (semaphore) => this.blockOf(semaphore).scope,
      detach: (semaphore) => this.blockOf(semaphore),
      attach: (block: SharedBlock) => new this(0, new ExistingBlock(block)),
    });
  }
}

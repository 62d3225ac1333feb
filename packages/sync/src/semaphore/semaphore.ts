import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { Acquirable } from '../guard/acquirable.js';
import type { Guard } from '../guard/guard.js';
import { HeldGuard } from '../guard/held-guard.js';
import { ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import { createPermits, Permits } from './permits.js';

/**
 * A number of permits that threads or processes share. Any caller may release, also what it did not
 * acquire, so a permit has no owner, and **dies with its holder**: a permit that a terminated thread or a
 * killed process had taken is not given back, and no OwnerDiedError tells. A program that must survive
 * that calls `release()` when it learns of the death, or protects with a `Lock`, which is recovered.
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
  readonly #permits: Permits;

  /** @param permits how many there are at first: 0 or more, 1 unless told. */
  constructor(permits = 1, options?: SyncOptions) {
    super();
    const block =
      options instanceof ExistingBlock ? options.block : createPermits(permits, options, false);
    this.#permits = new Permits(new BlockParty(block));
  }

  /** How many permits are left at this moment. */
  get value(): number {
    return this.#permits.value;
  }

  /**
   * Waits for `n` permits (1 unless told) and takes them all at once, without blocking the thread. The
   * guard gives back as many.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason: then none is taken.
   */
  acquire(options?: WaitOptions): Promise<Guard>;
  acquire(n?: number, options?: WaitOptions): Promise<Guard>;
  async acquire(first?: number | WaitOptions, second?: WaitOptions): Promise<Guard> {
    const n = this.#permits.amount(first);
    const options = typeof first === 'object' ? first : second;
    if (options !== undefined || !this.#permits.take(n)) await this.#permits.acquire(n, options);
    return new HeldGuard(this.#permits, n, false);
  }

  /**
   * Blocks the thread until it has `n` permits, 1 unless told.
   *
   * @throws TimeoutError after `timeout` ms: then none is taken.
   */
  acquireSync(options?: SyncWaitOptions): Guard;
  acquireSync(n?: number, options?: SyncWaitOptions): Guard;
  acquireSync(first?: number | SyncWaitOptions, second?: SyncWaitOptions): Guard {
    const n = this.#permits.amount(first);
    const options = typeof first === 'object' ? first : second;
    if (options !== undefined || !this.#permits.take(n)) this.#permits.acquireSync(n, options);
    return new HeldGuard(this.#permits, n, false);
  }

  /** Takes `n` permits (1 unless told) if they are there now; otherwise undefined, and none is taken. */
  tryAcquire(n = 1): Guard | undefined {
    return this.#permits.take(this.#permits.amount(n)) ? new HeldGuard(this.#permits, n, false) : undefined;
  }

  /**
   * Gives `n` permits back, 1 unless told, whoever took them. A `Semaphore` may so get more than it
   * began with, a `BoundedSemaphore` may not.
   *
   * @throws NotHeldError when there would be more permits than there may be; none is given back then.
   */
  release(n = 1): void {
    this.#permits.release(this.#permits.amount(n));
  }

  /** @internal Where a handle of this class, or of `BoundedSemaphore`, lives. */
  protected static blockOf(semaphore: Semaphore): SharedBlock {
    return semaphore.#permits.party.block;
  }

  static {
    defineInspection(this, (semaphore) => ({
      value: semaphore.value,
      bound: semaphore.#permits.bound,
      scope: semaphore.#permits.party.block.scope,
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

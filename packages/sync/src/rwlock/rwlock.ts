import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import type { Guard } from '../guard/guard.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import { ReadersWriter } from './readers-writer.js';
import { readerWords } from './reader-slots.js';

/**
 * Many may read at once, or one may write. Whoever waits to write goes before those who come later to
 * read. What was written under the lock is seen by all who acquire it afterwards.
 *
 * It does not nest: a task that reads must not wait for a second read lock, or for the write lock.
 *
 * When a writer's thread or process ends while it writes, both sides get OwnerDiedError until someone
 * calls `recover()`. A reader's death does no harm: it just counts as gone.
 *
 * @example
 * ```ts
 * import { RWLock } from '@manycore/sync';
 *
 * const lock = new RWLock();
 * const config = { colour: 'red' };
 * const writing = await lock.write();
 * config.colour = 'green';
 * writing.release();
 * const reading = await lock.read();
 * console.log(config.colour); // → green
 * reading.release();
 * ```
 */
export class RWLock {
  readonly #parts: ReadersWriter;

  constructor(options?: SyncOptions) {
    this.#parts = new ReadersWriter(new BlockParty(blockFor(options, readerWords)));
  }

  /**
   * Waits until nobody writes or waits to write, without blocking the thread. The guard ends the reading.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  read(options?: WaitOptions): Promise<Guard> {
    return this.#parts.read(options);
  }

  /**
   * The same, blocking the thread. A thread that reads already need not wait for those who wait to write.
   *
   * @throws DeadlockError when this thread itself writes, and there is no timeout.
   */
  readSync(options?: SyncWaitOptions): Guard {
    return this.#parts.readSync(options);
  }

  /** Begins to read if nobody writes or waits to write; otherwise undefined. @throws OwnerDiedError. */
  tryRead(): Guard | undefined {
    return this.#parts.tryRead();
  }

  /**
   * Waits until nobody reads or writes, without blocking the thread. The guard ends the writing.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  write(options?: WaitOptions): Promise<Guard> {
    return this.#parts.write(options, false);
  }

  /**
   * The same, blocking the thread.
   *
   * @throws DeadlockError when this thread itself reads or writes, and there is no timeout.
   */
  writeSync(options?: SyncWaitOptions): Guard {
    return this.#parts.writeSync(options, false);
  }

  /** Begins to write if nobody reads or writes; otherwise undefined. @throws OwnerDiedError. */
  tryWrite(): Guard | undefined {
    return this.#parts.tryWrite();
  }

  /**
   * Takes over as a writer from one that died while it wrote; then `recovered` of the guard is true, and
   * whoever comes next is not bothered any more. On a healthy lock it is `write`.
   */
  recover(options?: WaitOptions): Promise<Guard> {
    return this.#parts.write(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): Guard {
    return this.#parts.writeSync(options, true);
  }

  static {
    defineInspection(this, (lock) => ({ ...lock.#parts.state, scope: lock.#parts.party.block.scope }));
    registerHandle(this, {
      name: 'RWLock',
      module: import.meta.url,
      scope: (lock) => lock.#parts.party.block.scope,
      detach: (lock) => lock.#parts.party.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

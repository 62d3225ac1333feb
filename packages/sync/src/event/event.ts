import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { EventClear, EventSet } from '../protocol/signal/signal-change.js';
import { EventWait } from '../protocol/signal/signal-wait.js';
import { isSet, signalWords, valueWord } from '../protocol/signal/states.js';
import { complete } from '../waiting/attempt.js';
import { blockThread } from '../waiting/block-thread.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import { suspend } from '../waiting/suspend.js';

/**
 * A flag that threads or processes wait for. All who wait when it is set go on, even if it is cleared
 * right after. What was written before `set` is seen by whoever went on because of it.
 *
 * @example
 * ```ts
 * import { Event } from '@manycore/sync';
 *
 * const ready = new Event();
 * setTimeout(() => ready.set(), 10);
 * await ready.wait({ timeout: 1000 });
 * console.log(ready.isSet); // → true
 * ```
 */
export class Event {
  readonly #party: BlockParty;

  constructor(options?: SyncOptions) {
    this.#party = new BlockParty(blockFor(options, signalWords));
  }

  get isSet(): boolean {
    return isSet(Atomics.load(this.#party.words, valueWord));
  }

  /** Sets the flag and lets all go who wait. */
  set(): void {
    complete(new EventSet(), this.#party);
  }

  /** Takes the flag down again. */
  clear(): void {
    complete(new EventClear(), this.#party);
  }

  /**
   * Waits until the flag is set, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason.
   */
  async wait(options?: WaitOptions): Promise<void> {
    const timeout = timeoutOf(options);
    const ending = await suspend(new EventWait(), this.#party, timeout, signalOf(options));
    if (ending === 'timed-out') throw timedOut(timeout);
  }

  /**
   * Blocks the thread until the flag is set.
   *
   * @throws TimeoutError after `timeout` ms.
   */
  waitSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    if (blockThread(new EventWait(), this.#party, timeout) === 'timed-out') throw timedOut(timeout);
  }

  static {
    defineInspection(this, (event) => ({ isSet: event.isSet, scope: event.#party.block.scope }));
    registerHandle(this, {
      name: 'Event',
      module: import.meta.url,
      scope: (event) => event.#party.block.scope,
      detach: (event) => event.#party.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

function timedOut(timeout: number): Error {
  return new TimeoutError(`Event was not set within ${timeout} ms`);
}

import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import { BlockWords, wait, waitSync } from '@manycore/memory/internal';

import { blockFor, ExistingBlock, type SyncOptions } from '../options.js';
import { EventAttempt, eventWords, RawEvent } from './raw-event.js';

/**
 * A flag that threads or processes wait for. All callers that wait when it is set go on, even if it is
 * cleared right after. What was written before `set` is seen by every caller that went on because of it.
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
  readonly #words: BlockWords;
  readonly #raw: RawEvent;

  constructor(options?: SyncOptions) {
    this.#words = new BlockWords(blockFor(options, eventWords));
    this.#raw = new RawEvent(this.#words);
  }

  get isSet(): boolean {
    return this.#raw.isSet;
  }

  /** Sets the flag; all callers that wait go on. */
  set(): void {
    this.#raw.set();
  }

  /** Clears the flag. */
  clear(): void {
    this.#raw.clear();
  }

  /**
   * Waits until the flag is set, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason.
   */
  async wait(options?: WaitOptions): Promise<void> {
    const timeout = timeoutOf(options);
    const attempt = new EventAttempt(this.#words);
    if (!(await wait(attempt, this.#words, timeout, signalOf(options)))) throw timedOut(timeout);
  }

  /**
   * Blocks the thread until the flag is set.
   *
   * @throws TimeoutError after `timeout` ms.
   */
  waitSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    if (!waitSync(new EventAttempt(this.#words), this.#words, timeout)) throw timedOut(timeout);
  }

  static {
    defineInspection(this, (event) => ({ isSet: event.isSet, scope: event.#words.block.scope }));
    registerHandle(this, {
      name: 'Event',
      module: import.meta.url,
      scope: (event) => event.#words.block.scope,
      detach: (event) => event.#words.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

function timedOut(timeout: number): Error {
  return new TimeoutError(`Event was not set within ${timeout} ms`);
}

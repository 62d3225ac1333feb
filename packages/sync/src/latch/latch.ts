import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { LatchCountDown } from '../protocol/signal/signal-change.js';
import { LatchWait } from '../protocol/signal/signal-wait.js';
import { signalWords, valueWord } from '../protocol/signal/states.js';
import { complete } from '../waiting/attempt.js';
import { blockThread } from '../waiting/block-thread.js';
import { countOf } from '../waiting/count-of.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import { suspend } from '../waiting/suspend.js';

/** The largest count. */
const most = 2 ** 31 - 1;

/**
 * A number that is counted down, once, to 0; then all go on who wait for that. Anyone counts down, also
 * without waiting. What was written before a `countDown` is seen by whoever went on after it.
 *
 * @example
 * ```ts
 * import { Latch } from '@manycore/sync';
 *
 * const done = new Latch(2);
 * setTimeout(() => done.countDown(), 5);
 * setTimeout(() => done.countDown(), 10);
 * await done.wait({ timeout: 1000 });
 * console.log(done.count); // → 0
 * ```
 */
export class Latch {
  readonly #party: BlockParty;

  /** @param count how often to count down before those who wait go on: 0 or more. */
  constructor(count: number, options?: SyncOptions) {
    if (!(options instanceof ExistingBlock)) countOf(count, 'count', 0, most);
    const block = blockFor(options, signalWords);
    if (!(options instanceof ExistingBlock)) block.words[valueWord] = count;
    this.#party = new BlockParty(block);
  }

  /** What is left to count down. */
  get count(): number {
    return Atomics.load(this.#party.words, valueWord);
  }

  /** Counts down by `n`, 1 unless told; never below 0. */
  countDown(n = 1): void {
    complete(new LatchCountDown(countOf(n, 'n', 1, most)), this.#party);
  }

  /**
   * Waits until the count is 0, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason.
   */
  async wait(options?: WaitOptions): Promise<void> {
    const timeout = timeoutOf(options);
    const ending = await suspend(new LatchWait(), this.#party, timeout, signalOf(options));
    if (ending === 'timed-out') throw this.#timedOut(timeout);
  }

  /**
   * Blocks the thread until the count is 0.
   *
   * @throws TimeoutError after `timeout` ms.
   */
  waitSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    const ending = blockThread(new LatchWait(), this.#party, timeout);
    if (ending === 'timed-out') throw this.#timedOut(timeout);
  }

  #timedOut(timeout: number): Error {
    return new TimeoutError(
      `Latch was not counted down within ${timeout} ms: ${this.count} are missing`,
    );
  }

  static {
    defineInspection(this, (latch) => ({ count: latch.count, scope: latch.#party.block.scope }));
    registerHandle(this, {
      name: 'Latch',
      module: import.meta.url,
      scope: (latch) => latch.#party.block.scope,
      detach: (latch) => latch.#party.block,
      attach: (block: SharedBlock) => new this(0, new ExistingBlock(block)),
    });
  }
}

import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import { BlockWords, wait, waitSync } from '@manycore/memory/internal';

import { blockFor, countOf, ExistingBlock, type SyncOptions } from '../options.js';
import { countWord, LatchAttempt, latchWords, RawLatch } from './raw-latch.js';

/** The largest count. */
const most = 2 ** 31 - 1;

/**
 * A number that is counted down, once, to 0; then all callers go on that wait for that. Any caller may count
 * down, also without waiting. What was written before a `countDown` is seen by every caller that went on after it.
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
  readonly #words: BlockWords;
  readonly #raw: RawLatch;

  /** @param count how often to count down before those that wait go on: 0 or more. */
  constructor(count: number, options?: SyncOptions) {
    const isNew = !(options instanceof ExistingBlock);
    if (isNew) countOf(count, 'count', 0, most);
    this.#words = new BlockWords(blockFor(options, latchWords));
    if (isNew) this.#words.store(countWord, count);
    this.#raw = new RawLatch(this.#words);
  }

  /** What is left to count down. */
  get count(): number {
    return this.#raw.count;
  }

  /** Counts down by `n`, by default 1; never below 0. */
  countDown(n = 1): void {
    this.#raw.countDown(countOf(n, 'n', 1, most));
  }

  /**
   * Waits until the count is 0, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason.
   */
  async wait(options?: WaitOptions): Promise<void> {
    const timeout = timeoutOf(options);
    const attempt = new LatchAttempt(this.#words);
    if (!(await wait(attempt, this.#words, timeout, signalOf(options)))) throw this.#timedOut(timeout);
  }

  /**
   * Blocks the thread until the count is 0.
   *
   * @throws TimeoutError after `timeout` ms.
   */
  waitSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    if (!waitSync(new LatchAttempt(this.#words), this.#words, timeout)) throw this.#timedOut(timeout);
  }

  #timedOut(timeout: number): Error {
    return new TimeoutError(`Latch was not counted down within ${timeout} ms: ${this.count} are missing`);
  }

  static {
    defineInspection(this, (latch) => ({ count: latch.count, scope: latch.#words.block.scope }));
    registerHandle(this, {
      name: 'Latch',
      module: import.meta.url,
      scope: (latch) => latch.#words.block.scope,
      detach: (latch) => latch.#words.block,
      attach: (block: SharedBlock) => new this(0, new ExistingBlock(block)),
    });
  }
}

import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import { Operation, WaiterQueue } from '@manycore/memory/internal';

import type { Channel } from '../channel/channel.js';
import { TasksLostError } from '../errors.js';
import { bufferExchange } from '../exchange/buffer-exchange.js';
import * as at from '../ring/layout.js';
import { done } from '../store.js';
import type { UnfinishedCount } from './unfinished-count.js';

/** This handle's way to what is not finished of a queue, and to waiting for it. */
export class Joins {
  readonly count: UnfinishedCount;
  readonly #waiters: WaiterQueue;

  constructor(count: UnfinishedCount, { store, waiters }: Channel) {
    this.count = count;
    const source = {
      prepareWait: (word: number): number | undefined => store.prepareWait(word),
      passOn: (word: number): void => store.passOn(word),
      rescue: (): void => {
        store.rescue();
        count.giveUpLost();
      },
    };
    this.#waiters = new WaiterQueue(source, store.words, { afterSlice: () => bufferExchange.drain() });
    this.#waiters.others = waiters;
  }

  get unfinished(): number {
    return Math.max(0, this.count.unfinished);
  }

  async join(options: WaitOptions | undefined): Promise<void> {
    const operation = new JoinOperation(this.count, timeoutOf(options));
    return this.#waiters.wait(operation, { signals: [signalOf(options)] });
  }

  joinSync(options: SyncWaitOptions | undefined): void {
    this.#waiters.waitSync(new JoinOperation(this.count, timeoutOf(options)));
  }
}

/** Waits until all values that were put are finished. */
class JoinOperation extends Operation<void> {
  readonly #count: UnfinishedCount;
  readonly #lostBefore: number;

  constructor(count: UnfinishedCount, timeout: number) {
    super(timeout);
    this.#count = count;
    this.#lostBefore = count.lost;
  }

  override attempt(): number {
    return this.#count.unfinished <= 0 ? done : at.joined;
  }

  override leave(): boolean {
    return true;
  }

  override timeoutText(): string {
    return `${this.#count.unfinished} of the values that were put stayed unfinished for ${this.timeout} ms`;
  }

  protected override result(): void {
    const lost = (this.#count.lost - this.#lostBefore) | 0;
    if (lost > 0) throw new TasksLostError(lost);
  }
}

import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { hasCode, signalOf, timeoutOf } from '@manycore/core/internal';
import type { Parker, SharedBlock } from '@manycore/memory';

import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { closed, done } from '../ring/outcome.js';
import { Pursuit } from '../ring/pursuit.js';
import { blockOn } from './block-on.js';
import { follow, type Use } from './follow.js';
import { Line } from './line.js';
import { ProbeRequest } from './probe-request.js';
import { PutRequest } from './put-request.js';
import type { Store } from './store.js';
import { TakeRequest } from './take-request.js';
import { turnBudget } from './turn-budget.js';
import type { Wording } from './wording.js';

/** How long a moment lasts at most, in milliseconds, before one looks whether anyone has died. */
const moment = 20;

/** How long a lock that is held for a moment is waited for at most where nothing else is waited for, in milliseconds. */
const briefLimit = 1000;

/** Internal: nothing can be done without waiting. */
const nothing = -2;

const finished = Promise.resolve();

/**
 * This thread's way to a store of messages: waiting for it, blocking or not, in the order of the calls.
 * There is one per thread and store, whichever handle the calls come by.
 */
export class Channel {
  readonly store: Store;
  readonly block: SharedBlock;
  readonly #wording: Wording;
  readonly #parker: Parker;
  readonly #puts: Line;
  readonly #takes: Line;

  constructor(store: Store, block: SharedBlock, wording: Wording) {
    this.store = store;
    this.#wording = wording;
    this.block = block;
    this.#parker = block.parker;
    this.#puts = new Line(store, block.parker);
    this.#takes = new Line(store, block.parker);
    this.#puts.others = [this.#takes];
    this.#takes.others = [this.#puts];
  }

  /** The lines of this thread at both sides. */
  get lines(): readonly Line[] {
    return [this.#puts, this.#takes];
  }

  /**
   * Resolves when the message is in the store; rejects with TimeoutError, … and with the reason of `closing`.
   * `use` is told, and not collected, while it waits.
   */
  put(
    message: Outgoing,
    options: WaitOptions | undefined,
    closing?: AbortSignal,
    use?: Use,
  ): Promise<void> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const { tail } = this.store;
    tail.check(message);
    if (this.#puts.empty && signal?.aborted !== true) {
      if (this.#attempt(message) === done) return turnBudget.spend() ?? finished;
      message.keep();
    }
    return follow<undefined>(this.#puts, [signal, closing], (resolve, reject) => {
      const succeed = (): void => resolve(undefined);
      return new PutRequest(tail, this.#wording, message, timeout, succeed, reject);
    }, use);
  }

  putSync(message: Outgoing, options: SyncWaitOptions | undefined): void {
    const timeout = timeoutOf(options);
    const { tail } = this.store;
    tail.check(message);
    if (this.#puts.empty && this.#attempt(message) === done) return;
    blockOn(this.#puts, (resolve: (value: undefined) => void, reject) => {
      return new PutRequest(tail, this.#wording, message, timeout, () => resolve(undefined), reject);
    });
  }

  /** Whether the message was put. A message that does not fit whole is refused by a RangeError. */
  tryPut(message: Outgoing): boolean {
    const { tail } = this.store;
    tail.check(message);
    if (!tail.fitsWhole(message)) {
      throw new RangeError(
        `a value of ${message.byteLength} bytes is too large to be put without waiting: ` +
          'use put or putSync, or give the queue a capacity of four times that',
      );
    }
    this.#puts.nudge();
    // Those who wait go first.
    if (!this.#puts.empty) return false;
    const outcome = this.#try(() => this.#attempt(message));
    if (outcome !== done) message.withdraw();
    if (outcome === closed) throw this.#wording.putWhenClosed();
    return outcome === done;
  }

  /** The next message, made a value by `decode`. */
  take<T>(
    options: WaitOptions | undefined,
    decode: (message: Incoming) => T | PromiseLike<T>,
    closing?: AbortSignal,
    use?: Use,
  ): Promise<T> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const now = signal?.aborted === true ? undefined : this.takeNow(decode);
    if (now) return now;
    const { head } = this.store;
    return follow<T>(this.#takes, [signal, closing], (resolve, reject) => {
      const succeed = (message: Incoming): void => {
        try {
          resolve(decode(message));
        } catch (error) {
          reject(error);
        }
      };
      return new TakeRequest(head, this.#wording, timeout, succeed, reject);
    }, use);
  }

  /** The same if there is a message already; else undefined. */
  takeNow<T>(decode: (message: Incoming) => T | PromiseLike<T>): Promise<T> | undefined {
    const { head } = this.store;
    if (!this.#takes.empty || head.attempt() !== done) return undefined;
    const message = head.message();
    const turn = turnBudget.spend();
    return turn ? turn.then(() => decode(message)) : Promise.resolve(decode(message));
  }

  takeSync(options: SyncWaitOptions | undefined): Incoming {
    const timeout = timeoutOf(options);
    const { head } = this.store;
    if (this.#takes.empty && head.attempt() === done) return head.message();
    return this.#takeWithin(timeout);
  }

  /** The next message if there is one; one that has begun to come in is waited for. */
  tryTake(): Incoming | undefined {
    this.#takes.nudge();
    if (!this.#takes.empty) return undefined;
    const { head } = this.store;
    const outcome = this.#try(() => head.attempt());
    if (outcome === done) return head.message();
    if (outcome === closed) throw this.#wording.takeWhenClosed();
    if (head.received < 0) return undefined;
    try {
      return this.#takeWithin(0);
    } catch (error) {
      // Its producer does not go on; the message was given back.
      if (hasCode(error, 'MANYCORE_TIMEOUT')) return undefined;
      throw error;
    }
  }

  /** Whether there is a message at this moment, or will never be one. */
  isReady(): boolean {
    return this.#try(() => this.store.head.probe()) !== nothing;
  }

  /** Resolves when there is a message, or will never be one. */
  ready(options: WaitOptions | undefined, closing?: AbortSignal): Promise<void> {
    const timeout = timeoutOf(options);
    return follow<undefined>(this.#takes, [signalOf(options), closing], (resolve, reject) => {
      return new ProbeRequest(this.store.head, timeout, () => resolve(undefined), reject);
    });
  }

  /** Whether that, or `closing`, comes about in time. Rejects with the signal's reason. */
  async isReadyWithin(options: WaitOptions, closing: AbortSignal): Promise<boolean> {
    signalOf(options)?.throwIfAborted();
    if (this.isReady()) return true;
    try {
      await this.ready(options, closing);
      return true;
    } catch (error) {
      if (closing.aborted) return true;
      if (hasCode(error, 'MANYCORE_TIMEOUT')) return false;
      throw error;
    }
  }

  isReadyWithinSync(options: SyncWaitOptions): boolean {
    const timeout = timeoutOf(options);
    if (this.isReady()) return true;
    try {
      blockOn(this.#takes, (resolve: (value: undefined) => void, reject) => {
        return new ProbeRequest(this.store.head, timeout, () => resolve(undefined), reject);
      });
      return true;
    } catch (error) {
      if (hasCode(error, 'MANYCORE_TIMEOUT')) return false;
      throw error;
    }
  }

  #takeWithin(timeout: number): Incoming {
    return blockOn(this.#takes, (resolve: (message: Incoming) => void, reject) => {
      return new TakeRequest(this.store.head, this.#wording, timeout, resolve, reject);
    });
  }

  /** Tries to put a message. */
  #attempt(message: Outgoing): number {
    try {
      return this.store.tail.attempt(message);
    } catch (error) {
      message.withdraw();
      throw error;
    }
  }

  /** Attempts once; waits only for locks that are held for a moment. */
  #try(attempt: () => number): number {
    const pursuit = new Pursuit(this.store);
    for (const deadline = performance.now() + briefLimit; ; ) {
      const outcome = pursuit.advance(() => {
        const result = attempt();
        return result > 0 && !this.store.isBrief(result) ? nothing : result;
      });
      if (outcome <= 0) return outcome;
      // Its holder was stopped, for example: nothing can be done now.
      if (performance.now() > deadline) return nothing;
      const slept = this.#parker.wait(this.store.words, outcome, pursuit.expected, moment);
      pursuit.slept(slept === 'timed-out');
    }
  }
}


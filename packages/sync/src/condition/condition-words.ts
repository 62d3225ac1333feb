import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { NotHeldError } from '../errors/not-held-error.js';
import { Lock, partsOfLock } from '../lock/lock.js';
import type { LockParts, Nesting } from '../lock/lock-parts.js';
import { partsOfRLock, type RLock } from '../lock/rlock.js';
import { ConditionEnlist } from '../protocol/condition/condition-enlist.js';
import { ConditionNotify } from '../protocol/condition/condition-notify.js';
import { ConditionSettle } from '../protocol/condition/condition-settle.js';
import { type ConditionParty, ConditionSleep } from '../protocol/condition/condition-sleep.js';
import { waitersWord } from '../protocol/condition/states.js';
import { complete } from '../waiting/attempt.js';
import { blockThread } from '../waiting/block-thread.js';
import { blockFor, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import { suspend } from '../waiting/suspend.js';

/** Where the words of `protocol/condition` begin. */
const base = 0;
const conditionWords = 4;

/** The words of a condition together with its lock. */
export class ConditionWords {
  readonly block: SharedBlock;
  readonly #parts: LockParts;
  readonly #party: LockedParty;

  constructor(lock: Lock | RLock, options: SyncOptions | undefined) {
    this.#parts = lock instanceof Lock ? partsOfLock(lock) : partsOfRLock(lock);
    const lockParty = this.#parts.word.party;
    const { scope } = lockParty.block;
    if (options?.scope !== undefined && options.scope !== scope) {
      throw new RangeError(
        `the condition's scope cannot be '${options.scope}': its lock has scope '${scope}'`,
      );
    }
    this.block = blockFor(options ?? { scope }, conditionWords);
    this.#party = new LockedParty(this.block, lockParty);
  }

  /** How many wait at this moment, those included that died while they waited. */
  get waiting(): number {
    return Atomics.load(this.#party.words, base + waitersWord);
  }

  assertHeld(what: string): void {
    if (this.#parts.holds()) return;
    throw new NotHeldError(
      `${what} on an un-acquired Condition: acquire it first, and hold it while you wait or notify`,
    );
  }

  notify(most: number): void {
    this.assertHeld('notify');
    complete(new ConditionNotify(base, most), this.#party);
  }

  async wait(options: WaitOptions | undefined): Promise<void> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const ticket = this.#enlist();
    for (;;) {
      const nesting = this.#letGo();
      let aborted = false;
      let leaving = false;
      try {
        const left = deadline - performance.now();
        const sleep = new ConditionSleep(base, ticket);
        leaving = (await suspend(sleep, this.#party, left, signal)) === 'timed-out';
      } catch (error) {
        if (signal?.aborted !== true) throw error;
        aborted = true;
      }
      await this.#parts.word.acquire(undefined, false);
      this.#parts.resume(nesting);
      const notified = this.#settle(ticket, leaving || aborted);
      if (aborted) {
        // Race "leaver": somebody else is to have it.
        if (notified) this.notify(1);
        throw signal?.reason;
      }
      if (notified) return;
      if (leaving) throw timedOut(timeout);
    }
  }

  waitSync(options: SyncWaitOptions | undefined): void {
    const timeout = timeoutOf(options);
    const deadline = performance.now() + timeout;
    const ticket = this.#enlist();
    for (;;) {
      const nesting = this.#letGo();
      const left = deadline - performance.now();
      const sleep = new ConditionSleep(base, ticket);
      const leaving = blockThread(sleep, this.#party, left) === 'timed-out';
      this.#parts.word.acquireSync(undefined, false);
      this.#parts.resume(nesting);
      if (this.#settle(ticket, leaving)) return;
      if (leaving) throw timedOut(timeout);
    }
  }

  #enlist(): number {
    this.assertHeld('wait');
    const enlisting = new ConditionEnlist(base);
    complete(enlisting, this.#party);
    return enlisting.ticket;
  }

  #letGo(): Nesting {
    const nesting = this.#parts.suspend();
    this.#parts.word.release();
    return nesting;
  }

  #settle(ticket: number, leaving: boolean): boolean {
    const settling = new ConditionSettle(base, ticket, leaving);
    complete(settling, this.#party);
    return settling.notified;
  }
}

/** A party to a condition and, with the owners that stand in its word, to the condition's lock. */
class LockedParty extends BlockParty implements ConditionParty {
  readonly #lockParty: BlockParty;

  constructor(block: SharedBlock, lockParty: BlockParty) {
    super(block);
    this.#lockParty = lockParty;
  }

  get lockWords(): Int32Array {
    return this.#lockParty.words;
  }

  override alive(id: number): boolean {
    return this.#lockParty.alive(id);
  }
}

function timedOut(timeout: number): Error {
  return new TimeoutError(`Condition was not notified within ${timeout} ms`);
}

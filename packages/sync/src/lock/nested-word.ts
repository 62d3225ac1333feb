import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import { type TaskContext, taskContexts } from '@manycore/memory/internal';

import { DeadlockError } from '../errors/deadlock-error.js';
import { NotHeldError } from '../errors/not-held-error.js';
import type { Guard } from '../guard/guard.js';
import type { Holdable } from '../guard/held-guard.js';
import { free } from '../protocol/lock/states.js';
import type { BlockParty } from '../waiting/party.js';
import type { LockParts, Nesting } from './lock-parts.js';
import { NestedGuard } from './nested-guard.js';
import { NestedWait } from './nested-wait.js';
import { OwnedWord } from './owned-word.js';

/*
 * The words of an RLock: the lock's word, and two that only the thread that owns it writes. Both are 0
 * while the lock is free, so that an acquire and a release that do not nest are one instruction each, as
 * with a Lock. What a dead owner left in them is replaced by `#begin`.
 */
const lockWord = 0;
/** The task that owns the lock; 0: the whole thread. */
const contextWord = 1;
/** How often the owner acquired it again. */
const againWord = 2;
export const nestedWords = 3;

/** A lock word that its owner may take again. The owner is a task, or (context 0) a whole thread. */
export class NestedWord implements Holdable, LockParts {
  readonly word: OwnedWord;
  readonly party: BlockParty;
  readonly #words: Int32Array;
  readonly #self: number;
  /** The task that owns the lock, if it acquired it by this handle. */
  #owner: TaskContext | undefined;

  constructor(party: BlockParty) {
    this.party = party;
    this.word = new OwnedWord(party, lockWord, 'RLock');
    this.#words = party.words;
    this.#self = party.self;
  }

  acquire(options: WaitOptions | undefined, recovering: boolean): Promise<Guard> {
    if (this.holds()) return this.#again(options);
    const context = taskContexts.open();
    const taken =
      options === undefined && !recovering && this.#takeFree()
        ? Promise.resolve(this.#own(context, false))
        : this.#take(options, recovering, context);
    taskContexts.give(taken, context);
    return taken;
  }

  acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): Guard {
    if (options === undefined && !recovering && this.#takeFree()) return this.#ownByThread(false);
    const timeout = timeoutOf(options);
    if (this.word.owner === this.#self) {
      if (this.holds()) return this.#nest();
      if (timeout === Infinity) throw deadlock();
    }
    const recovered = this.word.acquireSync(options, recovering);
    this.#begin(0);
    return this.#ownByThread(recovered);
  }

  tryAcquire(): Guard | undefined {
    if (this.#takeFree()) return this.#ownByThread(false);
    if (this.holds()) return this.#nest();
    if (!this.word.tryAcquire()) return undefined;
    this.#begin(0);
    return this.#ownByThread(false);
  }

  release(): void {
    if (this.#giveFree()) return;
    if (!this.holds()) throw this.#notHeld();
    this.#undo();
  }

  /** Releases what a guard of this context stands for. */
  giveBack(context: number): void {
    if (context === 0 && this.#giveFree()) return;
    if (this.word.owner !== this.#self || this.#context !== context) throw this.#notHeld();
    this.#undo();
  }

  holds(): boolean {
    if (this.word.owner !== this.#self) return false;
    const context = this.#context;
    return context === 0 || taskContexts.isCurrent(context);
  }

  /** How often the lock was acquired and not released yet, as far as this thread can tell. */
  get depth(): number {
    return this.word.owner === 0 ? 0 : 1 + Atomics.load(this.#words, againWord);
  }

  /** Runs `fn` with all that it starts as a part of the owner. */
  run<T>(fn: () => T): T {
    return this.#context === 0 ? fn() : taskContexts.run(this.#context, fn);
  }

  suspend(): Nesting {
    const nesting = { context: this.#context, again: this.#words[againWord] ?? 0 };
    this.resume({ context: 0, again: 0 });
    return nesting;
  }

  resume({ context, again }: Nesting): void {
    this.#words[contextWord] = context;
    this.#words[againWord] = again;
  }

  get #context(): number {
    return this.#words[contextWord] ?? 0;
  }

  /** Takes the lock if it is free and nobody waits: the fast path. It is not held by the caller then. */
  #takeFree(): boolean {
    return Atomics.compareExchange(this.#words, lockWord, free, this.#self) === free;
  }

  /** Releases a lock that the thread holds once and nobody waits for: the fast path. */
  #giveFree(): boolean {
    const words = this.#words;
    // If the thread is the owner, these two words are its own; if it is not, the third condition fails.
    return (
      words[contextWord] === 0 &&
      words[againWord] === 0 &&
      Atomics.compareExchange(words, lockWord, this.#self, free) === this.#self
    );
  }

  async #take(
    options: WaitOptions | undefined,
    recovering: boolean,
    context: TaskContext,
  ): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    if (!recovering && this.#takeFree()) return this.#own(context, false);
    const wait = new NestedWait(this.word, () => this.#isHeldBy(context));
    const outcome = await wait.finish(options, recovering);
    return outcome === 'held already' ? this.#nest() : this.#own(context, outcome === 'recovered');
  }

  #own(context: TaskContext, recovered: boolean): Guard {
    this.#begin(context.id);
    this.#owner = context;
    taskContexts.own(context);
    return new NestedGuard(this, context.id, recovered);
  }

  /** Tasks of this thread that wait for the lock own it now. */
  #ownByThread(recovered: boolean): Guard {
    taskContexts.look();
    return new NestedGuard(this, 0, recovered);
  }

  #begin(context: number): void {
    this.#words[contextWord] = context;
    this.#words[againWord] = 0;
  }

  /** Async only to refuse what a first acquire would refuse. */
  async #again(options: WaitOptions | undefined): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    return Promise.resolve(this.#nest());
  }

  #nest(): Guard {
    this.#words[againWord] = (this.#words[againWord] ?? 0) + 1;
    return new NestedGuard(this, this.#context, false);
  }

  #undo(): void {
    const again = this.#words[againWord] ?? 0;
    if (again > 0) {
      this.#words[againWord] = again - 1;
      return;
    }
    const context = this.#context;
    if (context !== 0) {
      const owner = this.#owner?.id === context ? this.#owner : taskContexts.find(context);
      if (owner) taskContexts.disown(owner);
      this.#owner = undefined;
      this.#words[contextWord] = 0;
    }
    this.word.release();
  }

  /** Whether a task that waits in the context has come to own the lock in another way. */
  #isHeldBy(context: TaskContext): boolean {
    if (this.word.owner !== this.#self) return false;
    return this.#context === 0 || context.includes(this.#context);
  }

  #notHeld(): Error {
    const { owner } = this.word;
    if (owner === 0) return new NotHeldError('release unlocked lock: this RLock is not held');
    const whose = owner === this.#self ? 'task of this thread' : 'thread';
    return new NotHeldError(
      `release unlocked lock: another ${whose} holds this RLock, and only its owner may release it`,
    );
  }
}

function deadlock(): Error {
  return new DeadlockError(
    'another task of this thread holds this RLock; if the thread blocks, that task can never ' +
      'release it: use acquire(), or give a timeout',
  );
}

import { signalOf, type SyncWaitOptions, timeoutOf, type WaitOptions } from '@manycore/core';

import { type TaskContext, taskContexts } from '../context/task-context.js';
import { DeadlockError } from '../errors/deadlock-error.js';
import { NotHeldError } from '../errors/not-held-error.js';
import type { Guard } from '../guard/guard.js';
import { HeldGuard, type Holdable } from '../guard/held-guard.js';
import type { BlockParty } from '../waiting/party.js';
import type { LockParts, Nesting } from './lock-parts.js';
import { OwnedWord } from './owned-word.js';

/*
 * The words of an RLock: the lock's word, and two that only the thread that owns it reads or writes.
 */
const contextWord = 1;
const depthWord = 2;
export const nestedWords = 3;

/** A lock word that its owner may take again. The owner is a task, or (context 0) a whole thread. */
export class NestedWord implements Holdable, LockParts {
  readonly word: OwnedWord;
  readonly party: BlockParty;
  readonly #words: Int32Array;

  constructor(party: BlockParty) {
    this.party = party;
    this.word = new OwnedWord(party, 0, 'RLock');
    this.#words = party.words;
  }

  acquire(options: WaitOptions | undefined, recovering: boolean): Promise<Guard> {
    if (this.holds()) return this.#again(options);
    const context = taskContexts.open();
    const taken = this.#take(options, recovering, context);
    taskContexts.give(taken, context);
    return taken;
  }

  acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): Guard {
    const timeout = timeoutOf(options);
    if (this.word.owner === this.party.self) {
      if (this.holds()) return this.#nest();
      if (timeout === Infinity) throw deadlock();
    }
    const recovered =
      !recovering && this.word.take() ? false : this.word.acquireSync(options, recovering);
    this.#begin(0);
    return new HeldGuard(this, 0, recovered);
  }

  tryAcquire(): Guard | undefined {
    if (this.holds()) return this.#nest();
    if (!this.word.tryAcquire()) return undefined;
    this.#begin(0);
    return new HeldGuard(this, 0, false);
  }

  release(): void {
    if (!this.holds()) throw this.#notHeld();
    this.#undo();
  }

  giveBack(context: number): void {
    if (this.word.owner !== this.party.self || this.#context !== context) throw this.#notHeld();
    this.#undo();
  }

  holds(): boolean {
    if (this.word.owner !== this.party.self) return false;
    const context = this.#context;
    return context === 0 || taskContexts.isCurrent(context);
  }

  suspend(): Nesting {
    const nesting = { context: this.#context, depth: this.#words[depthWord] ?? 0 };
    this.resume({ context: 0, depth: 0 });
    return nesting;
  }

  resume({ context, depth }: Nesting): void {
    this.#words[contextWord] = context;
    this.#words[depthWord] = depth;
  }

  get #context(): number {
    return this.#words[contextWord] ?? 0;
  }

  async #take(
    options: WaitOptions | undefined,
    recovering: boolean,
    context: TaskContext,
  ): Promise<Guard> {
    const recovered =
      options === undefined && !recovering && this.word.take()
        ? false
        : await this.word.acquire(options, recovering);
    this.#begin(context.id);
    taskContexts.own(context);
    return new HeldGuard(this, context.id, recovered);
  }

  #begin(context: number): void {
    this.#words[contextWord] = context;
    this.#words[depthWord] = 1;
  }

  /** Async only to refuse what a first acquire would refuse. */
  async #again(options: WaitOptions | undefined): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    return Promise.resolve(this.#nest());
  }

  #nest(): Guard {
    this.#words[depthWord] = (this.#words[depthWord] ?? 0) + 1;
    return new HeldGuard(this, this.#context, false);
  }

  #undo(): void {
    const depth = (this.#words[depthWord] ?? 0) - 1;
    this.#words[depthWord] = depth;
    if (depth > 0) return;
    const context = this.#context;
    if (context !== 0) {
      taskContexts.disown(context);
      this.#words[contextWord] = 0;
    }
    this.word.release();
  }

  #notHeld(): Error {
    const { owner } = this.word;
    if (owner === 0) return new NotHeldError('release unlocked lock: this RLock is not held');
    const whose = owner === this.party.self ? 'task of this thread' : 'thread';
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

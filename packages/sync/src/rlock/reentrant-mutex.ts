import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import { DeadlockError, NotHeldError, type SharedBlock } from '@manycore/memory';
import { BlockWords, Mutex, type TaskContext, taskContexts } from '@manycore/memory/internal';

import { type Guard, type Holdable, ReentrantGuard } from '../guard.js';
import type { LockParts, Nesting } from '../lock.js';
import {
  againWord,
  contextWord,
  mutexWord,
  type OwnedWords,
  ownerWords,
  RawReentrantMutex,
} from './raw-reentrant-mutex.js';
import { TaskWait } from './task-wait.js';

/** A mutex that its owner may acquire again. The owner is a task, or (context 0) a whole thread. */
export class ReentrantMutex implements Holdable, LockParts {
  readonly block: SharedBlock;
  readonly mutex: Mutex;
  readonly #raw: RawReentrantMutex;
  readonly #memory: Int32Array;
  readonly #self: number;
  /** The task that owns the lock, if it acquired it by this handle. */
  #owner: TaskContext | undefined;

  constructor(block: SharedBlock) {
    const words = new BlockWords(block);
    this.block = block;
    this.mutex = new Mutex(words, mutexWord, 'RLock', { ownerWords });
    this.#raw = new RawReentrantMutex(new PlainWords(block.words), () => this.mutex.release());
    this.#memory = block.words;
    this.#self = words.self;
  }

  /** `forRun`: `run` is called next, and nothing else relies on whose the lock is. */
  acquire(options: WaitOptions | undefined, recovering: boolean, forRun = false): Promise<Guard> {
    if (this.holds()) return this.#again(options);
    const context = taskContexts.open(forRun);
    const taken =
      options === undefined && !recovering && this.mutex.tryLock()
        ? Promise.resolve(this.#own(context, false))
        : this.#take(options, recovering, context);
    taskContexts.give(taken, context);
    return taken;
  }

  acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): Guard {
    if (options === undefined && !recovering && this.mutex.tryLock()) return this.#ownByThread(false);
    const timeout = timeoutOf(options);
    if (this.mutex.owner === this.#self) {
      if (this.holds()) return this.#nest();
      if (timeout === Infinity) throw deadlock();
    }
    return this.#ownByThread(this.mutex.acquireSync(options, recovering));
  }

  tryAcquire(): Guard | undefined {
    if (this.mutex.tryLock()) return this.#ownByThread(false);
    if (this.holds()) return this.#nest();
    return this.mutex.tryAcquire() ? this.#ownByThread(false) : undefined;
  }

  release(): void {
    if (this.#releaseFlat()) return;
    if (!this.holds()) throw this.#notHeld();
    this.#release();
  }

  /** Releases what a guard of this context stands for. */
  giveBack(context: number): void {
    if (context === 0 && this.#releaseFlat()) return;
    if (this.mutex.owner !== this.#self || this.#raw.context !== context) throw this.#notHeld();
    this.#release();
  }

  holds(): boolean {
    if (this.mutex.owner !== this.#self) return false;
    const { context } = this.#raw;
    return context === 0 || taskContexts.isCurrent(context);
  }

  /** How often the lock was acquired and not released yet, as far as this thread can tell. */
  get depth(): number {
    return this.mutex.owner === 0 ? 0 : 1 + this.#raw.again;
  }

  /** Runs `fn` with all that it starts as a part of the owner. */
  run<T>(fn: () => T): T {
    const { context } = this.#raw;
    return context === 0 ? fn() : taskContexts.run(context, fn);
  }

  suspend(): Nesting {
    return this.#raw.suspend();
  }

  resume(nesting: Nesting): void {
    this.#raw.resume(nesting);
  }

  /** Releases a lock that the thread holds once and no other waits for: the fast path. */
  #releaseFlat(): boolean {
    const memory = this.#memory;
    // If the thread is the owner, these two words are its own; if it is not, the third condition fails.
    return (
      memory[contextWord] === 0 &&
      memory[againWord] === 0 &&
      Atomics.compareExchange(memory, mutexWord, this.#self, 0) === this.#self
    );
  }

  async #take(
    options: WaitOptions | undefined,
    recovering: boolean,
    context: TaskContext,
  ): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    if (!recovering && this.mutex.tryLock()) return this.#own(context, false);
    const task = { isOwner: () => this.#isHeldBy(context), took: () => this.#raw.own(context.id) };
    const outcome = await new TaskWait(this.mutex, task).finish(options, recovering);
    return outcome === 'held already' ? this.#nest() : this.#own(context, outcome === 'recovered');
  }

  #own(context: TaskContext, recovered: boolean): Guard {
    this.#raw.own(context.id);
    this.#owner = context;
    taskContexts.own(context);
    return new ReentrantGuard(this, context.id, recovered);
  }

  /** Tasks of this thread that wait for the lock own it now. */
  #ownByThread(recovered: boolean): Guard {
    taskContexts.look();
    return new ReentrantGuard(this, 0, recovered);
  }

  /** Async only to refuse what a first acquire would refuse. */
  async #again(options: WaitOptions | undefined): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    return Promise.resolve(this.#nest());
  }

  #nest(): Guard {
    this.#raw.nest();
    return new ReentrantGuard(this, this.#raw.context, false);
  }

  #release(): void {
    const { context } = this.#raw;
    if (!this.#raw.release() || context === 0) return;
    const owner = this.#owner?.id === context ? this.#owner : taskContexts.find(context);
    if (owner) taskContexts.disown(owner);
    this.#owner = undefined;
  }

  /** Whether a task that waits in the context has come to own the lock in another way. */
  #isHeldBy(context: TaskContext): boolean {
    if (this.mutex.owner !== this.#self) return false;
    const owner = this.#raw.context;
    return owner === 0 || context.includes(owner);
  }

  #notHeld(): Error {
    const { owner } = this.mutex;
    if (owner === 0) return new NotHeldError('release unlocked lock: this RLock is not held');
    const which = owner === this.#self ? 'task of this thread' : 'thread';
    return new NotHeldError(
      `release unlocked lock: another ${which} holds this RLock, and only its owner may release it`,
    );
  }
}

/** An atomic store costs as much as the mutex itself. */
class PlainWords implements OwnedWords {
  readonly #memory: Int32Array;

  constructor(memory: Int32Array) {
    this.#memory = memory;
  }

  load(word: number): number {
    return this.#memory[word] ?? 0;
  }

  store(word: number, value: number): void {
    this.#memory[word] = value;
  }
}

function deadlock(): Error {
  return new DeadlockError(
    'another task of this thread holds this RLock; a blocked thread would never let that task ' +
      'release it: use acquire(), or give a timeout',
  );
}

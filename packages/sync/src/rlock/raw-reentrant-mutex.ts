import type { Words } from '@manycore/memory/internal';

import type { Nesting } from '../lock.js';

/*
 * The words of an RLock: those of a mutex, and two that only its owner writes. Both are 0 while the mutex is
 * free, so that an acquire and a release that do not nest are one instruction each, as with a Lock. A
 * takeover from a dead owner sets them to 0 (`ownerWords` of the mutex). See README.md beside this file.
 */
export const mutexWord = 0;
/** The task that owns the lock; 0: the whole thread. */
export const contextWord = 1;
/** How often the owner acquired it again. */
export const againWord = 2;
export const reentrantWords = 3;

/** Words that a takeover has to clear. */
export const ownerWords: readonly number[] = [contextWord, againWord];

/** Words that only the owner of a mutex looks at: they need no atomic access, because the mutex orders it. */
export type OwnedWords = Pick<Words, 'load' | 'store'>;

/**
 * How deep a mutex is held, and by which task. All but the getters are called by the thread that owns
 * the mutex: between acquiring and releasing it, no other thread looks at these words.
 */
export class RawReentrantMutex {
  readonly #words: OwnedWords;
  /** Releases the mutex itself. */
  readonly #unlock: () => void;

  constructor(words: OwnedWords, unlock: () => void) {
    this.#words = words;
    this.#unlock = unlock;
  }

  /** The task that owns the lock; 0: the whole thread. */
  get context(): number {
    return this.#words.load(contextWord);
  }

  /** How often the owner acquired it again. */
  get again(): number {
    return this.#words.load(againWord);
  }

  /** The mutex was acquired for this task, or (0) for the thread, for which there is nothing to write. */
  own(context: number): void {
    this.#words.store(contextWord, context);
  }

  /** The owner acquires it again. */
  nest(): void {
    this.#words.store(againWord, this.again + 1);
  }

  /** The owner releases it once; whether that was the last time, after which it owns nothing. */
  release(): boolean {
    const { again } = this;
    if (again > 0) {
      this.#words.store(againWord, again - 1);
      return false;
    }
    // Before the mutex: afterwards the word is the next owner's.
    this.#words.store(contextWord, 0);
    this.#unlock();
    return true;
  }

  /** Takes off what is kept besides the mutex, before the mutex is released for a wait. */
  suspend(): Nesting {
    const nesting = { context: this.context, again: this.again };
    this.resume({ context: 0, again: 0 });
    return nesting;
  }

  /** Puts it back. */
  resume({ context, again }: Nesting): void {
    this.#words.store(contextWord, context);
    this.#words.store(againWord, again);
  }
}

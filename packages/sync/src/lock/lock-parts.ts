import type { OwnedWord } from './owned-word.js';

/** What a `Condition` needs of its lock: to let it go while it waits, however deep it is nested. */
export interface LockParts {
  readonly word: OwnedWord;
  /** Whether the caller holds the lock, as far as can be told. */
  holds(): boolean;
  /** Takes off what the owner keeps besides the word, before the word is released. */
  suspend(): Nesting;
  /** Puts it back, after the word was acquired again. */
  resume(nesting: Nesting): void;
}

/** How an `RLock` is held: by which task, and how often it acquired it again. */
export interface Nesting {
  readonly context: number;
  readonly again: number;
}

/** How a `Lock` is held. */
export const flat: Nesting = { context: 0, again: 0 };

import type { WordMemory } from './ring-memory.js';

/*
 * | word                       | state                                                                |
 * |----------------------------|----------------------------------------------------------------------|
 * | 0                          | free                                                                 |
 * | owner                      | held, for a moment                                                   |
 * | owner + sleepers           | the same, and the release must wake one                              |
 * | owner + kept (+ sleepers)  | held until a long message is through                                 |
 * | any of these, owner dead   | whoever takes it over completes or undoes what the dead one was about |
 */
const ownerMask = 2 ** 30 - 1;
const sleepersBit = 1 << 30;
const keptBit = 1 << 31;

/** The lock of one side of a ring, as one thread sees it. */
export class SideLock {
  readonly #memory: WordMemory;
  readonly #word: number;
  /** This thread has slept on the word: others may still do, so it takes the lock as one with sleepers. */
  #slept = false;
  #held = false;

  constructor(memory: WordMemory, word: number) {
    this.#memory = memory;
    this.#word = word;
  }

  /** Takes the lock if it is free. */
  acquire(): boolean {
    const mine = this.#slept ? this.#memory.self | sleepersBit : this.#memory.self;
    if (this.#memory.compareExchange(this.#word, 0, mine) !== 0) return false;
    this.#slept = false;
    this.#held = true;
    return true;
  }

  /** Whether this thread would take it as one with sleepers. */
  get slept(): boolean {
    return this.#slept;
  }

  /** Whether this thread has it. */
  get held(): boolean {
    return this.#held;
  }

  release(): void {
    this.#held = false;
    const left = this.#memory.exchange(this.#word, 0);
    if ((left & sleepersBit) !== 0) this.#memory.wake(this.#word, 1);
  }

  /** Lets others know that the holder will keep it while it waits. */
  keep(): void {
    this.#memory.or(this.#word, keptBit);
  }

  /** Whether its holder keeps it while it waits. */
  get kept(): boolean {
    return (this.#memory.load(this.#word) & keptBit) !== 0;
  }

  /** To be called before sleeping on the word: what it must still hold then; 0: do not sleep, it is free. */
  arm(): number {
    this.#slept = true;
    for (;;) {
      const word = this.#memory.load(this.#word);
      if (word === 0 || (word & sleepersBit) !== 0) return word;
      const marked = word | sleepersBit;
      if (this.#memory.compareExchange(this.#word, word, marked) === word) return marked;
    }
  }

  /** Takes the lock if its holder is dead, and then counts as one with sleepers. Asking costs a system call. */
  takeOver(): boolean {
    const memory = this.#memory;
    const word = memory.load(this.#word);
    if (word === 0 || memory.alive(word & ownerMask)) return false;
    // The whole word: one that was released, or taken over by another, in between is left alone.
    if (memory.compareExchange(this.#word, word, memory.self | sleepersBit) !== word) return false;
    this.#held = true;
    return true;
  }
}

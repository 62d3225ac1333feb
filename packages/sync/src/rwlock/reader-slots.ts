import type { Words } from '@manycore/memory/internal';

/*
 * See README.md beside this file. A slot is two words: the thread's owner id, and its read locks.
 */
const usedWord = 3;
export const firstSlot = 8;
const slots = 64;
export const rwlockWords: number = firstSlot + 2 * slots;

/** The threads that read, and how often. */
export class ReaderSlots {
  readonly #words: Words;
  /** How many slots there are. */
  readonly #count: number;
  // Not `#private`: the model checker reads it.
  /** The position of this thread's count; 0 while it has none. */
  private mine = 0;

  constructor(words: Words, count: number = slots) {
    this.#words = words;
    this.#count = count;
  }

  /** The position of this thread's count, if there is a free slot or it has one already; else 0. */
  claim(): number {
    if (this.mine !== 0) return this.mine;
    const { self } = this.#words;
    // Another handle of this thread may have claimed one.
    this.mine = this.#find((owner) => owner === self) || this.#take(0);
    return this.mine;
  }

  /** The same, also from a thread that has ended. Only while holding the lock. */
  reclaim(): number {
    if (this.claim() !== 0) return this.mine;
    const dead = this.#find((owner) => !this.#words.alive(owner));
    if (dead === 0) return 0;
    const owner = this.#words.load(dead - 1);
    this.#words.store(dead, 0);
    this.mine = this.#take(owner);
    return this.mine;
  }

  /** How many read locks this thread has. */
  get own(): number {
    if (this.mine === 0) this.mine = this.#find((owner) => owner === this.#words.self);
    return this.mine === 0 ? 0 : this.#words.load(this.mine);
  }

  /** How many read locks there are, including those of threads that have ended. */
  get readers(): number {
    let readers = 0;
    const end = this.#end;
    for (let at = firstSlot; at < end; at += 2) readers += this.#words.load(at + 1);
    return readers;
  }

  /** Whether any thread reads. With `suspicious`, the dead are counted out. Only while holding the lock. */
  busy(suspicious: boolean): boolean {
    const end = this.#end;
    for (let at = firstSlot; at < end; at += 2) {
      if (this.#words.load(at + 1) === 0) continue;
      if (!suspicious || this.#words.alive(this.#words.load(at))) return true;
      this.#words.store(at + 1, 0);
    }
    return false;
  }

  /** The position of the count of the first slot whose owner is one of those; 0 for none. */
  #find(wanted: (owner: number) => boolean): number {
    const end = this.#end;
    for (let at = firstSlot; at < end; at += 2) {
      if (wanted(this.#words.load(at))) return at + 1;
    }
    return 0;
  }

  /** Takes a slot that belongs to `owner` now, or to none (0); the position of its count, or 0. */
  #take(owner: number): number {
    const { self } = this.#words;
    for (let slot = 0; slot < this.#count; slot += 1) {
      const at = firstSlot + 2 * slot;
      if (this.#words.compareExchange(at, owner, self) !== owner) continue;
      this.#use(slot + 1);
      return at + 1;
    }
    return 0;
  }

  /** Where the slots end that were ever used. */
  get #end(): number {
    // No more than there are, whatever was written there: memory may be overwritten.
    return firstSlot + 2 * Math.min(this.#words.load(usedWord), this.#count);
  }

  /** So many slots are used: before anything is counted in the last of them. */
  #use(count: number): void {
    let used = this.#words.load(usedWord);
    while (used < count) {
      const found = this.#words.compareExchange(usedWord, used, count);
      if (found === used) return;
      used = found;
    }
  }
}

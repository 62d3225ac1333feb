import type { BlockParty } from '../waiting/party.js';

/*
 * See the README in protocol/rwlock. A slot is two words: the thread's owner id, and its read locks.
 */
const usedWord = 3;
const firstSlot = 8;
const slots = 64;
export const readerWords: number = firstSlot + 2 * slots;

/** The threads that read, and how often. */
export class ReaderSlots {
  readonly #party: BlockParty;
  readonly #words: Int32Array;
  /** The position of this thread's count; 0 while it has none. */
  #mine = 0;

  constructor(party: BlockParty) {
    this.#party = party;
    this.#words = party.words;
  }

  /** The position of this thread's count, if there is a free slot or it has one already; else 0. */
  claim(): number {
    if (this.#mine !== 0) return this.#mine;
    const { self } = this.#party;
    // Another handle of this thread may have claimed one.
    this.#mine = this.#find((owner) => owner === self) || this.#take(0);
    return this.#mine;
  }

  /** The same, also from a thread that has ended. Only while holding the lock. */
  reclaim(): number {
    if (this.claim() !== 0) return this.#mine;
    const dead = this.#find((owner) => !this.#party.alive(owner));
    if (dead === 0) return 0;
    const owner = Atomics.load(this.#words, dead - 1);
    Atomics.store(this.#words, dead, 0);
    this.#mine = this.#take(owner);
    return this.#mine;
  }

  /** How many read locks this thread has. */
  get own(): number {
    if (this.#mine === 0) this.#mine = this.#find((owner) => owner === this.#party.self);
    return this.#mine === 0 ? 0 : Atomics.load(this.#words, this.#mine);
  }

  /** How many read locks there are, those included of threads that have ended. */
  get readers(): number {
    let readers = 0;
    const end = this.#end;
    for (let at = firstSlot; at < end; at += 2) readers += Atomics.load(this.#words, at + 1);
    return readers;
  }

  /** Whether anybody reads. With `suspicious`, the dead are counted out. Only while holding the lock. */
  busy(suspicious: boolean): boolean {
    const end = this.#end;
    for (let at = firstSlot; at < end; at += 2) {
      if (Atomics.load(this.#words, at + 1) === 0) continue;
      if (!suspicious || this.#party.alive(Atomics.load(this.#words, at))) return true;
      Atomics.store(this.#words, at + 1, 0);
    }
    return false;
  }

  /** The position of the count of the first slot whose owner is one of those; 0 for none. */
  #find(wanted: (owner: number) => boolean): number {
    const end = this.#end;
    for (let at = firstSlot; at < end; at += 2) {
      if (wanted(Atomics.load(this.#words, at))) return at + 1;
    }
    return 0;
  }

  /** Takes a slot that belongs to `owner` now, or to nobody (0); the position of its count, or 0. */
  #take(owner: number): number {
    const { self } = this.#party;
    for (let at = firstSlot; at < readerWords; at += 2) {
      if (Atomics.compareExchange(this.#words, at, owner, self) !== owner) continue;
      this.#use((at - firstSlot) / 2 + 1);
      return at + 1;
    }
    return 0;
  }

  /** Where the slots end that were ever used. */
  get #end(): number {
    return firstSlot + 2 * Atomics.load(this.#words, usedWord);
  }

  /** So many slots are used: before anything is counted in the last of them. */
  #use(count: number): void {
    let used = Atomics.load(this.#words, usedWord);
    while (used < count) {
      const found = Atomics.compareExchange(this.#words, usedWord, used, count);
      if (found === used) return;
      used = found;
    }
  }
}

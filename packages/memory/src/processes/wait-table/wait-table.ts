import type { AtomicWords } from '../../words.js';

/*
 * Which threads wait for which word without blocking: the part of parking that the kernel's futex does
 * not cover. See README.md in this folder for the protocol and its races.
 *
 * Layout, in words: `buckets` buckets of a head and `perBucket` records.
 *   head    0 active: records in use whose home this is (never too low) · 1 reach: in how many further
 *           buckets they lie
 *   record  0 owner: the waiting thread, 0 when free · 1 key: the word · 2 counts · 3 unused
 *
 * `counts` packs tag (16 bits) · waiters (8) · credits (8). Waiters are the thread's pending waits for
 * the word; credits of them have been woken and do not know it yet. The tag changes whenever the record
 * gets a new key, so that a compare-and-swap meant for the last one fails.
 */
/** How large a table is. */
export interface WaitTableSize {
  readonly buckets: number;
  /** Records in a bucket. */
  readonly perBucket: number;
}

const headWords = 16;
const recordWords = 4;

/** The size of the tables of segments. */
const fullSize: WaitTableSize = { buckets: 64, perBucket: 64 };

/** The words that a table takes. */
export function wordsOfWaitTable({ buckets, perBucket }: WaitTableSize): number {
  return buckets * (headWords + perBucket * recordWords);
}

export const waitTableWords: number = wordsOfWaitTable(fullSize);

const [activeWord, reachWord] = [0, 1] as const;
const [ownerWord, keyWord, countsWord] = [0, 1, 2] as const;

/** How many waits of one thread share a record. */
const maxWaiters = 255;
/** How far from its home bucket a record may lie. */
const maxReach = 15;

const tagOf = (counts: number): number => counts >>> 16;
const waitersOf = (counts: number): number => (counts >>> 8) & 0xff;
const creditsOf = (counts: number): number => counts & 0xff;
const pack = (tag: number, waiters: number, credits: number): number =>
  ((tag & 0xffff) << 16) | (waiters << 8) | credits;

export class WaitTable {
  readonly #words: AtomicWords;
  readonly #buckets: number;
  readonly #perBucket: number;
  readonly #bucketWords: number;
  /** Where the next grant begins to look: the first in the table must not always win. */
  #turn = 0;

  /** Over words that are all zero at first. */
  constructor(words: AtomicWords, { buckets, perBucket }: WaitTableSize = fullSize) {
    this.#words = words;
    this.#buckets = buckets;
    this.#perBucket = perBucket;
    this.#bucketWords = headWords + perBucket * recordWords;
  }

  /** Opens a record with one waiter; its position, or undefined when there is no room near the key's home. */
  open(owner: number, key: number): number | undefined {
    const words = this.#words;
    const home = this.#homeOf(key);
    // First of all, and never too low: a notifier that reads 0 here came before the waiter's look at
    // the word, which then shows the change.
    words.add(home * this.#bucketWords + activeWord, 1);
    for (let distance = 0; distance <= maxReach; distance += 1) {
      const bucket = (home + distance) % this.#buckets;
      this.#extend(home, distance);
      for (let slot = 0; slot < this.#perBucket; slot += 1) {
        const record = bucket * this.#bucketWords + headWords + slot * recordWords;
        if (words.compareExchange(record + ownerWord, 0, owner) !== 0) continue;
        words.store(record + keyWord, key);
        const tag = tagOf(words.load(record + countsWord)) + 1;
        words.store(record + countsWord, pack(tag, 1, 0));
        return record;
      }
    }
    words.add(home * this.#bucketWords + activeWord, -1);
    return undefined;
  }

  /** One more waiter in the owner's own record; false when it is full. */
  join(record: number): boolean {
    for (;;) {
      const counts = this.#counts(record);
      if (waitersOf(counts) === maxWaiters) return false;
      const next = pack(tagOf(counts), waitersOf(counts) + 1, creditsOf(counts));
      if (this.#swap(record, counts, next)) return true;
    }
  }

  /**
   * One waiter fewer in the owner's own record. True when a credit had to go with it, because all
   * waiters had been woken: the leaver has been woken as well.
   */
  leave(record: number): boolean {
    for (;;) {
      const counts = this.#counts(record);
      const [waiters, credits] = [waitersOf(counts), creditsOf(counts)];
      const woken = credits === waiters;
      const next = pack(tagOf(counts), waiters - 1, woken ? credits - 1 : credits);
      if (!this.#swap(record, counts, next)) continue;
      if (waiters === 1) this.#close(record);
      return woken;
    }
  }

  /** Takes the credits out of the owner's own record, and as many waiters; how many. */
  take(record: number): number {
    for (;;) {
      const counts = this.#counts(record);
      const [waiters, credits] = [waitersOf(counts), creditsOf(counts)];
      if (credits === 0) return 0;
      if (!this.#swap(record, counts, pack(tagOf(counts), waiters - credits, 0))) continue;
      if (waiters === credits) this.#close(record);
      return credits;
    }
  }

  /**
   * Gives up to `count` credits to waiters for the key, and tells each owner by `signal`, which returns
   * false for one that is dead: its record is closed and the credit goes to another. How many were given.
   */
  grant(key: number, count: number, signal: (owner: number) => boolean): number {
    const words = this.#words;
    const home = this.#homeOf(key);
    if (words.load(home * this.#bucketWords + activeWord) === 0) return 0;
    const records = (words.load(home * this.#bucketWords + reachWord) + 1) * this.#perBucket;
    const all = count >= maxWaiters * records;
    const start = (this.#turn = (this.#turn + 1) >>> 0);
    let given = 0;
    while (given < count) {
      const before = given;
      for (let step = 0; step < records && given < count; step += 1) {
        const record = this.#recordAt(home, (start + step) % records);
        // One credit a record and round: no thread is passed over for another's second one.
        const credits = this.#credit(record, key, all ? maxWaiters : 1);
        if (credits === 0) continue;
        const owner = words.load(record + ownerWord);
        if (owner === 0 || signal(owner)) given += credits;
        else this.#reap(record, owner);
      }
      // A thread that waits again after it was woken by "all" is not meant.
      if (all || given === before) break;
    }
    return given;
  }

  /** Adds up to `limit` credits if the record has waiters without one for the key; how many. */
  #credit(record: number, key: number, limit: number): number {
    for (;;) {
      // Before the key: the swap then fails if the record got another key in between.
      const counts = this.#counts(record);
      const [waiters, credits] = [waitersOf(counts), creditsOf(counts)];
      const added = Math.min(limit, waiters - credits);
      if (added <= 0 || this.#words.load(record + keyWord) !== key) return 0;
      if (this.#swap(record, counts, pack(tagOf(counts), waiters, credits + added))) return added;
    }
  }

  /** Closes the record of a dead owner, unless another thread does. */
  #reap(record: number, owner: number): void {
    if (this.#words.load(record + ownerWord) !== owner) return;
    const counts = this.#counts(record);
    if (waitersOf(counts) === 0) return;
    if (this.#swap(record, counts, pack(tagOf(counts), 0, 0))) this.#close(record);
  }

  /** The record has no waiters any more: the thread that brought that about frees it. */
  #close(record: number): void {
    const key = this.#words.load(record + keyWord);
    this.#words.store(record + keyWord, 0);
    this.#words.store(record + ownerWord, 0);
    this.#words.add(this.#homeOf(key) * this.#bucketWords + activeWord, -1);
  }

  /** Makes notifiers that look in `home` look `distance` buckets further as well. */
  #extend(home: number, distance: number): void {
    const at = home * this.#bucketWords + reachWord;
    for (;;) {
      const reach = this.#words.load(at);
      if (reach >= distance) return;
      if (this.#words.compareExchange(at, reach, distance) === reach) return;
    }
  }

  #counts(record: number): number {
    return this.#words.load(record + countsWord);
  }

  #swap(record: number, counts: number, next: number): boolean {
    return this.#words.compareExchange(record + countsWord, counts, next) === counts;
  }

  /** Neighbouring words are waited for by neighbouring primitives: spread them. */
  #homeOf(key: number): number {
    return (Math.imul(key, 0x9e3779b1) >>> 16) % this.#buckets;
  }

  /** The `step`-th record to look at, from its home on. */
  #recordAt(home: number, step: number): number {
    const bucket = (home + Math.floor(step / this.#perBucket)) % this.#buckets;
    return bucket * this.#bucketWords + headWords + (step % this.#perBucket) * recordWords;
  }
}

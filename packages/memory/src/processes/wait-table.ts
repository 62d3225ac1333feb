/*
 * Who waits for which word without blocking: the part of the parking lot that the kernel's futex does
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
const buckets = 64;
const perBucket = 64;
const headWords = 16;
const recordWords = 4;
const bucketWords = headWords + perBucket * recordWords;

export const waitTableWords: number = buckets * bucketWords;

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
  readonly #words: Int32Array;
  /** Where the next grant begins to look: whoever is first in the table must not always win. */
  #turn = 0;

  /** Over `waitTableWords` words, all zero at first. */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Opens a record with one waiter; its position, or undefined when there is no room near the key's home. */
  open(owner: number, key: number): number | undefined {
    const words = this.#words;
    const home = homeOf(key);
    // First of all, and never too low: a notifier that reads 0 here came before the waiter's look at
    // the word, which then shows the change.
    Atomics.add(words, home * bucketWords + activeWord, 1);
    for (let distance = 0; distance <= maxReach; distance += 1) {
      const bucket = (home + distance) % buckets;
      this.#extend(home, distance);
      for (let slot = 0; slot < perBucket; slot += 1) {
        const record = bucket * bucketWords + headWords + slot * recordWords;
        if (Atomics.compareExchange(words, record + ownerWord, 0, owner) !== 0) continue;
        Atomics.store(words, record + keyWord, key);
        const tag = tagOf(Atomics.load(words, record + countsWord)) + 1;
        Atomics.store(words, record + countsWord, pack(tag, 1, 0));
        return record;
      }
    }
    Atomics.sub(words, home * bucketWords + activeWord, 1);
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
    const home = homeOf(key);
    if (Atomics.load(words, home * bucketWords + activeWord) === 0) return 0;
    const records = (Atomics.load(words, home * bucketWords + reachWord) + 1) * perBucket;
    const all = count >= maxWaiters * records;
    const start = (this.#turn = (this.#turn + 1) >>> 0);
    let given = 0;
    while (given < count) {
      const before = given;
      for (let step = 0; step < records && given < count; step += 1) {
        const record = recordAt(home, (start + step) % records);
        // One credit a record and round: nobody is passed over for another's second one.
        const credits = this.#credit(record, key, all ? maxWaiters : 1);
        if (credits === 0) continue;
        const owner = Atomics.load(words, record + ownerWord);
        if (owner === 0 || signal(owner)) given += credits;
        else this.#bury(record, owner);
      }
      // Whoever waits again after it was woken by "all" is not meant any more.
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
      if (added <= 0 || Atomics.load(this.#words, record + keyWord) !== key) return 0;
      if (this.#swap(record, counts, pack(tagOf(counts), waiters, credits + added))) return added;
    }
  }

  /** Closes the record of a dead owner, unless someone else does. */
  #bury(record: number, owner: number): void {
    if (Atomics.load(this.#words, record + ownerWord) !== owner) return;
    const counts = this.#counts(record);
    if (waitersOf(counts) === 0) return;
    if (this.#swap(record, counts, pack(tagOf(counts), 0, 0))) this.#close(record);
  }

  /** The record has no waiters any more: whoever brought that about frees it. */
  #close(record: number): void {
    const key = Atomics.load(this.#words, record + keyWord);
    Atomics.store(this.#words, record + keyWord, 0);
    Atomics.store(this.#words, record + ownerWord, 0);
    Atomics.sub(this.#words, homeOf(key) * bucketWords + activeWord, 1);
  }

  /** Makes those who look in `home` look `distance` buckets further as well. */
  #extend(home: number, distance: number): void {
    const at = home * bucketWords + reachWord;
    for (;;) {
      const reach = Atomics.load(this.#words, at);
      if (reach >= distance) return;
      if (Atomics.compareExchange(this.#words, at, reach, distance) === reach) return;
    }
  }

  #counts(record: number): number {
    return Atomics.load(this.#words, record + countsWord);
  }

  #swap(record: number, counts: number, next: number): boolean {
    return Atomics.compareExchange(this.#words, record + countsWord, counts, next) === counts;
  }
}

/** Neighbouring words are waited for by neighbouring primitives: spread them. */
function homeOf(key: number): number {
  return (Math.imul(key, 0x9e3779b1) >>> 16) % buckets;
}

/** The `step`-th record to look at, from its home on. */
function recordAt(home: number, step: number): number {
  const bucket = (home + Math.floor(step / perBucket)) % buckets;
  return bucket * bucketWords + headWords + (step % perBucket) * recordWords;
}

import type { Owners } from '@manycore/memory';

import { uptime } from '../platform/node.js';

/*
 * A table begins with a word that grows with every change. A holder is two words: who, and since when, or
 * minus until when, in seconds (0: not written yet). README.md explains how a connection passes from one to
 * the other.
 *
 * | who             | meaning                                                                         |
 * |-----------------|---------------------------------------------------------------------------------|
 * | 0               | free                                                                            |
 * | an owner's id   | a connection of that thread; with a time limit when it was sent away            |
 * | minus an id     | a connection that this thread has sent, and that has not arrived yet            |
 */
const changesWord = 0;
const firstHolder = 16;
const holderWords = 2;
const holders = 128;

export const holdersBytes: number = (firstHolder + holders * holderWords) * 4;

/**
 * How long a connection may be on its way, in seconds, when nothing else holds its end: whoever was to
 * receive it may have died.
 */
const transitLimit = 60;

/** How long a thread that has sent its connection away has the end at most, if it blocks right after, in seconds. */
const lingerLimit = 2;

/** Where a holder stands in the table. */
export type HolderSlot = number;

/** Who has one end of a pipe, in shared memory. The end is gone when nobody who lives has it. */
export class Holders {
  readonly #words: Int32Array;
  readonly #owners: Owners;
  /** What was found when `changes` was this. */
  #any = true;
  #changes = -1;

  constructor(words: Int32Array, owners: Owners) {
    this.#words = words;
    this.#owners = owners;
  }

  /** This thread has the end from now on. */
  add(): HolderSlot {
    return this.#enter(this.#owners.self());
  }

  /** This thread sends a connection. */
  send(): HolderSlot {
    return this.#enter(-this.#owners.self());
  }

  /** The connection that was sent with this slot has arrived. */
  arrived(slot: HolderSlot, sender: number): void {
    this.#clear(slot, -sender);
  }

  /** This thread has the end for a moment yet. */
  linger(slot: HolderSlot): void {
    Atomics.store(this.#words, slot + 1, -(uptime() + lingerLimit));
    this.#changed();
  }

  /** This thread no longer has the end. */
  remove(slot: HolderSlot): void {
    this.#clear(slot, this.#owners.self());
  }

  /**
   * Whether anybody who lives has the end, or will have it. Deaths are noticed after `refresh` only: it
   * costs system calls.
   */
  get any(): boolean {
    for (;;) {
      const changes = Atomics.load(this.#words, changesWord);
      if (changes === this.#changes) return this.#any;
      const any = this.#look();
      // Race "moved behind one's back": see README.md.
      if (!any && Atomics.load(this.#words, changesWord) !== changes) continue;
      this.#changes = changes;
      this.#any = any;
    }
  }

  refresh(): void {
    this.#changes = -1;
  }

  #look(): boolean {
    const words = this.#words;
    for (let slot = firstHolder; slot < words.length; slot += holderWords) {
      const who = Atomics.load(words, slot);
      if (who !== 0 && this.#lives(who, Atomics.load(words, slot + 1))) return true;
    }
    return false;
  }

  #lives(who: number, since: number): boolean {
    if (since < 0 && uptime() > -since) return false;
    if (who > 0 || since === 0) return this.#owners.alive(Math.abs(who));
    return uptime() - since < transitLimit;
  }

  #enter(who: number): HolderSlot {
    const words = this.#words;
    for (const mayBeDead of [false, true]) {
      for (let slot = firstHolder; slot < words.length; slot += holderWords) {
        const found = Atomics.load(words, slot);
        if (found !== 0) {
          if (!mayBeDead || this.#lives(found, Atomics.load(words, slot + 1))) continue;
        }
        if (Atomics.compareExchange(words, slot, found, who) !== found) continue;
        Atomics.store(words, slot + 1, uptime());
        this.#changed();
        return slot;
      }
    }
    throw new RangeError(`more than ${holders} threads have one end of a pipe, or are being sent it, at once`);
  }

  #clear(slot: HolderSlot, who: number): void {
    Atomics.store(this.#words, slot + 1, 0);
    Atomics.compareExchange(this.#words, slot, who, 0);
    this.#changed();
  }

  #changed(): void {
    // Never −1, which stands for "look again".
    Atomics.add(this.#words, changesWord, 1);
    Atomics.and(this.#words, changesWord, 2 ** 31 - 1);
  }
}

import type { Words } from '@manycore/memory/internal';

import { uptime } from '../platform/node.js';

/*
 * A table begins with a word that grows with every change; its lowest bit says that the end is gone for good.
 * A lease is two words: the holder, and since when, or minus until when, in seconds (0: not written yet).
 * README.md explains how a connection passes from one thread to the other.
 *
 * | holder          | meaning                                                                         |
 * |-----------------|---------------------------------------------------------------------------------|
 * | 0               | free                                                                            |
 * | an owner's id   | a connection of that thread; with a time limit when it was sent away            |
 * | minus an id     | a connection that this thread has sent, and that has not arrived yet            |
 */
export const changesWord = 0;
export const goneBit = 1;
const change = 2;
export const firstLease = 16;
const leaseWords = 2;
const leases = 128;

export const leaseTableBytes: number = (firstLease + leases * leaseWords) * 4;

/**
 * How long a connection may be on its way, in seconds, when nothing else holds its end: the thread that was
 * to receive it may have died.
 */
const transitLimit = 60;

/** The grace period: how long a thread that has sent its connection away has the end at most, if it blocks, in seconds. */
const gracePeriod = 2;

/** How often a table that keeps changing is searched before its end counts as held. */
const mostLooks = 100;

/** Where a lease stands in the table. */
export type LeaseSlot = number;

/**
 * Which threads have one end of a pipe, in shared words. When no thread that lives has it, the end is gone, and
 * no thread can have it again.
 */
export class LeaseTable {
  readonly #words: Words;
  readonly #length: number;
  /** Whole seconds, at least 1. */
  readonly #now: () => number;
  /** The state of the table in which a living holder was found last; never that of an end that is gone. */
  #held = goneBit;

  /** Over `length` words. */
  constructor(words: Words, length: number = leaseTableBytes / 4, now: () => number = uptime) {
    this.#words = words;
    this.#length = length;
    this.#now = now;
  }

  /** This thread has the end from now on; undefined when the end is gone. */
  add(): LeaseSlot | undefined {
    return this.#enter(this.#words.self);
  }

  /** This thread sends a connection; undefined when the end is gone. */
  send(): LeaseSlot | undefined {
    return this.#enter(-this.#words.self);
  }

  /**
   * This thread has the end from now on: a connection has arrived that `sender` sent with this slot.
   * Undefined when the end is gone.
   */
  receive(slot: LeaseSlot, sender: number): LeaseSlot | undefined {
    const words = this.#words;
    const isSlot = slot >= firstLease && slot < this.#length && slot % leaseWords === 0;
    // It was on its way for too long, and another has its place.
    if (!isSlot || words.compareExchange(slot, -sender, words.self) !== -sender) return this.add();
    return this.#entered(slot, words.self);
  }

  /** A connection that was sent with this slot has arrived where the end is held already. */
  arrived(slot: LeaseSlot, sender: number): void {
    if (slot >= firstLease && slot < this.#length) this.#clear(slot, -sender);
  }

  /** This thread has the end for the grace period only. */
  expire(slot: LeaseSlot): void {
    this.#words.store(slot + 1, -(this.#now() + gracePeriod));
    this.#changed();
  }

  /** This thread no longer has the end. */
  remove(slot: LeaseSlot): void {
    this.#clear(slot, this.#words.self);
  }

  /**
   * Whether the end is gone: no thread that lives has it, or will have it. Then it is gone for good. Deaths are
   * noticed after `refresh` only: it costs system calls.
   */
  get gone(): boolean {
    const words = this.#words;
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const changes = words.load(changesWord);
      if ((changes & goneBit) !== 0) return true;
      if (changes === this.#held) return false;
      if (this.#hasHolder()) {
        this.#held = changes;
        return false;
      }
      // Races "moved behind one's back" and "come back to life": see README.md.
      if (words.compareExchange(changesWord, changes, changes | goneBit) === changes) return true;
    }
    return false;
  }

  /** Whether the end was found gone; does not look. */
  get reported(): boolean {
    return (this.#words.load(changesWord) & goneBit) !== 0;
  }

  refresh(): void {
    this.#held = goneBit;
  }

  #hasHolder(): boolean {
    const words = this.#words;
    for (let slot = firstLease; slot < this.#length; slot += leaseWords) {
      const holder = words.load(slot);
      if (holder !== 0 && this.#lives(holder, words.load(slot + 1))) return true;
    }
    return false;
  }

  #lives(holder: number, since: number): boolean {
    const words = this.#words;
    if (since < 0 && this.#now() > -since) return false;
    if (holder > 0 || since === 0) return words.alive(Math.abs(holder));
    return this.#now() - since < transitLimit;
  }

  #enter(holder: number): LeaseSlot | undefined {
    const words = this.#words;
    for (const mayBeDead of [false, true]) {
      for (let slot = firstLease; slot < this.#length; slot += leaseWords) {
        const found = words.load(slot);
        if (found !== 0) {
          if (!mayBeDead || this.#lives(found, words.load(slot + 1))) continue;
        }
        if (words.compareExchange(slot, found, holder) === found) return this.#entered(slot, holder);
      }
    }
    throw new RangeError(`one end of a pipe can be held by, or on its way to, ${leases} threads at once`);
  }

  /** The place is taken, which counts unless the end was gone before the change was counted. */
  #entered(slot: LeaseSlot, holder: number): LeaseSlot | undefined {
    this.#words.store(slot + 1, this.#now());
    if (this.#changed()) return slot;
    this.#clear(slot, holder);
    return undefined;
  }

  #clear(slot: LeaseSlot, holder: number): void {
    this.#words.store(slot + 1, 0);
    this.#words.compareExchange(slot, holder, 0);
    this.#changed();
  }

  /** Counts a change; false when the end is gone. */
  #changed(): boolean {
    const words = this.#words;
    for (;;) {
      const changes = words.load(changesWord);
      if ((changes & goneBit) !== 0) return false;
      const next = (changes + change) | 0;
      if (words.compareExchange(changesWord, changes, next) === changes) return true;
    }
  }
}

import type { Owners } from '@manycore/memory';

import { uptime } from '../platform/node.js';

/*
 * A table begins with a word that grows with every change; its lowest bit says that the end is gone for good.
 * A holder is two words: who, and since when, or minus until when, in seconds (0: not written yet). README.md
 * explains how a connection passes from one to the other.
 *
 * | who             | meaning                                                                         |
 * |-----------------|---------------------------------------------------------------------------------|
 * | 0               | free                                                                            |
 * | an owner's id   | a connection of that thread; with a time limit when it was sent away            |
 * | minus an id     | a connection that this thread has sent, and that has not arrived yet            |
 */
export const changesWord = 0;
export const goneBit = 1;
const change = 2;
export const firstHolder = 16;
const holderWords = 2;
const holders = 128;

export const holdersBytes: number = (firstHolder + holders * holderWords) * 4;

/**
 * How long a connection may be on its way, in seconds, when nothing else holds its end: the thread that was
 * to receive it may have died.
 */
const transitLimit = 60;

/** How long a thread that has sent its connection away has the end at most, if it blocks right after, in seconds. */
const lingerLimit = 2;

/** So often a table that changes all the time is looked through before its end counts as held. */
const mostLooks = 100;

/** Where a holder stands in the table. */
export type HolderSlot = number;

/** A table in shared memory, and what else the protocol needs of the world. A model checker stands in for it. */
export interface HolderMemory {
  /** How many words there are. */
  readonly length: number;
  readonly self: number;
  alive(owner: number): boolean;
  /** Whole seconds, at least 1. */
  now(): number;
  load(word: number): number;
  store(word: number, value: number): void;
  compareExchange(word: number, expected: number, replacement: number): number;
}

/** A table in words of a block. */
export function holderMemory(words: Int32Array, owners: Owners): HolderMemory {
  return {
    length: words.length,
    get self() {
      return owners.self();
    },
    alive: (owner) => owners.alive(owner),
    now: uptime,
    load: (word) => Atomics.load(words, word),
    store: (word, value) => {
      Atomics.store(words, word, value);
    },
    compareExchange: (word, expected, replacement) =>
      Atomics.compareExchange(words, word, expected, replacement),
  };
}

/**
 * Who has one end of a pipe, in shared memory. When no thread that lives has it, the end is gone, and no thread
 * can have it again.
 */
export class Holders {
  readonly #memory: HolderMemory;
  /** The state of the table in which a living holder was found last; never that of an end that is gone. */
  #held = goneBit;

  constructor(memory: HolderMemory) {
    this.#memory = memory;
  }

  /** This thread has the end from now on; undefined when the end is gone. */
  add(): HolderSlot | undefined {
    return this.#enter(this.#memory.self);
  }

  /** This thread sends a connection; undefined when the end is gone. */
  send(): HolderSlot | undefined {
    return this.#enter(-this.#memory.self);
  }

  /**
   * This thread has the end from now on: a connection has arrived that `sender` sent with this slot.
   * Undefined when the end is gone.
   */
  receive(slot: HolderSlot, sender: number): HolderSlot | undefined {
    const memory = this.#memory;
    const isSlot = slot >= firstHolder && slot < memory.length && slot % holderWords === 0;
    // It was on its way for too long, and another has its place.
    if (!isSlot || memory.compareExchange(slot, -sender, memory.self) !== -sender) return this.add();
    return this.#entered(slot, memory.self);
  }

  /** A connection that was sent with this slot has arrived where the end is held already. */
  arrived(slot: HolderSlot, sender: number): void {
    if (slot >= firstHolder && slot < this.#memory.length) this.#clear(slot, -sender);
  }

  /** This thread has the end for a moment yet. */
  linger(slot: HolderSlot): void {
    this.#memory.store(slot + 1, -(this.#memory.now() + lingerLimit));
    this.#changed();
  }

  /** This thread no longer has the end. */
  remove(slot: HolderSlot): void {
    this.#clear(slot, this.#memory.self);
  }

  /**
   * Whether the end is gone: no thread that lives has it, or will have it. Then it is gone for good. Deaths are
   * noticed after `refresh` only: it costs system calls.
   */
  get gone(): boolean {
    const memory = this.#memory;
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const changes = memory.load(changesWord);
      if ((changes & goneBit) !== 0) return true;
      if (changes === this.#held) return false;
      if (this.#look()) {
        this.#held = changes;
        return false;
      }
      // Races "moved behind one's back" and "come back to life": see README.md.
      if (memory.compareExchange(changesWord, changes, changes | goneBit) === changes) return true;
    }
    return false;
  }

  /** Whether the end was found gone; does not look. */
  get reported(): boolean {
    return (this.#memory.load(changesWord) & goneBit) !== 0;
  }

  refresh(): void {
    this.#held = goneBit;
  }

  #look(): boolean {
    const memory = this.#memory;
    for (let slot = firstHolder; slot < memory.length; slot += holderWords) {
      const who = memory.load(slot);
      if (who !== 0 && this.#lives(who, memory.load(slot + 1))) return true;
    }
    return false;
  }

  #lives(who: number, since: number): boolean {
    const memory = this.#memory;
    if (since < 0 && memory.now() > -since) return false;
    if (who > 0 || since === 0) return memory.alive(Math.abs(who));
    return memory.now() - since < transitLimit;
  }

  #enter(who: number): HolderSlot | undefined {
    const memory = this.#memory;
    for (const mayBeDead of [false, true]) {
      for (let slot = firstHolder; slot < memory.length; slot += holderWords) {
        const found = memory.load(slot);
        if (found !== 0) {
          if (!mayBeDead || this.#lives(found, memory.load(slot + 1))) continue;
        }
        if (memory.compareExchange(slot, found, who) === found) return this.#entered(slot, who);
      }
    }
    throw new RangeError(`more than ${holders} threads have one end of a pipe, or are being sent it, at once`);
  }

  /** The place is taken, which counts unless the end was gone before the change was counted. */
  #entered(slot: HolderSlot, who: number): HolderSlot | undefined {
    this.#memory.store(slot + 1, this.#memory.now());
    if (this.#changed()) return slot;
    this.#clear(slot, who);
    return undefined;
  }

  #clear(slot: HolderSlot, who: number): void {
    this.#memory.store(slot + 1, 0);
    this.#memory.compareExchange(slot, who, 0);
    this.#changed();
  }

  /** Counts a change; false when the end is gone. */
  #changed(): boolean {
    const memory = this.#memory;
    for (;;) {
      const changes = memory.load(changesWord);
      if ((changes & goneBit) !== 0) return false;
      const next = (changes + change) | 0;
      if (memory.compareExchange(changesWord, changes, next) === changes) return true;
    }
  }
}

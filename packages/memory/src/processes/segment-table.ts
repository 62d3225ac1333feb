import { sharedState } from '@manycore/core';

import { nativeBackend } from '../native/backend.js';
import type { OpenSegment } from '../native/native-backend.js';
import { bequeath, inherited } from '../platform/node.js';
import { threadOwners } from '../threads/thread-owners.js';

/*
 * The segments that this process has open, in memory that all its threads share. A descriptor belongs to
 * the process, so a thread that ends must not take it along, and must not leave it behind either.
 *
 * Layout, in words: 0 lock: the thread that changes the table · from 16 on entries of 16 words:
 *   0 descriptor + 1, 0 when free · 1 … 3 the identity, hashed · 4 kept · 5 when last sent, in seconds
 *   6 the thread that allocates in it · 8 … 15 holders: threads that have the segment in use
 *
 * A descriptor is closed when no living thread holds the segment and it was not sent for a minute: it
 * may be on its way to a thread that will hold it. A segment that is `kept` stays open.
 */
const key = 'manycore.segments.1';
const entries = 1024;
const entryWords = 16;
const lockWord = 0;
const descriptorField = 0;
const identityField = 1;
const keptField = 4;
const sentField = 5;
const allocatorField = 6;
const holdersField = 8;
const holderCount = 8;

/** How long a segment that was sent stays open for those who have not received it yet, in seconds. */
const grace = 60;

class SegmentTable {
  readonly #words: Int32Array;
  /** Whether a timer will look again when the grace of a segment that was sent is over. */
  #sweeping = false;

  constructor() {
    let buffer = inherited(key);
    if (!buffer) {
      buffer = new SharedArrayBuffer((entries + 1) * entryWords * 4);
      bequeath(key, buffer);
    }
    this.#words = new Int32Array(buffer);
  }

  /**
   * Registers a descriptor, with this thread as a holder; the descriptor to use from now on, which is
   * another one if the process has the segment already. `kept`: this thread will allocate in it.
   */
  keep(segment: OpenSegment, kept: boolean): number {
    return this.#locked(() => {
      const words = this.#words;
      const found = this.#find(segment.identity);
      if (found !== undefined) {
        const descriptor = this.#descriptor(found);
        if (descriptor !== segment.descriptor) nativeBackend().closeSegment(segment.descriptor);
        this.#hold(found);
        return descriptor;
      }
      this.#sweep();
      const entry = this.#entries().find((candidate) => this.#descriptor(candidate) < 0);
      if (entry === undefined) {
        nativeBackend().closeSegment(segment.descriptor);
        throw new RangeError(`this process has ${entries} shared memories open, and no room for more`);
      }
      words.fill(0, entry, entry + entryWords);
      words.set(hash(segment.identity), entry + identityField);
      words[entry + keptField] = kept ? 1 : 0;
      words[entry + allocatorField] = kept ? threadOwners.self() : 0;
      this.#hold(entry);
      words[entry + descriptorField] = segment.descriptor + 1;
      return segment.descriptor;
    });
  }

  /** The process's descriptor of a segment, if it has it open; this thread becomes a holder. */
  hold(identity: string): number | undefined {
    return this.#locked(() => {
      const entry = this.#find(identity);
      if (entry === undefined) return undefined;
      this.#hold(entry);
      return this.#descriptor(entry);
    });
  }

  /** The segment is about to be sent somewhere. */
  noteSent(identity: string): void {
    this.#locked(() => {
      const entry = this.#find(identity);
      if (entry !== undefined) this.#words[entry + sentField] = seconds();
    });
  }

  /**
   * This thread does not use the segment any more. `received`: whoever it was sent to has it by now, so
   * there is nothing to wait for.
   */
  letGo(identity: string, received: boolean): void {
    this.#locked(() => {
      const entry = this.#find(identity);
      if (entry === undefined) return;
      const self = threadOwners.self();
      for (const at of holdersOf(entry)) if (this.#words[at] === self) this.#words[at] = 0;
      if (received) this.#words[entry + sentField] = 0;
      this.#sweep();
    });
  }

  /** Takes over a segment in which a thread that has ended used to allocate; its descriptor. */
  inherit(): number | undefined {
    return this.#locked(() => {
      for (const entry of this.#entries()) {
        const allocator = this.#words[entry + allocatorField] ?? 0;
        if (this.#descriptor(entry) < 0 || allocator === 0) continue;
        if (threadOwners.alive(allocator)) continue;
        this.#words[entry + allocatorField] = threadOwners.self();
        this.#hold(entry);
        return this.#descriptor(entry);
      }
      return undefined;
    });
  }

  /** Closes what nobody holds and nobody is about to receive. */
  #sweep(): void {
    let waiting = false;
    for (const entry of this.#entries()) {
      const descriptor = this.#descriptor(entry);
      if (descriptor < 0 || this.#words[entry + keptField] === 1) continue;
      if (holdersOf(entry).some((at) => threadOwners.alive(this.#words[at] ?? 0))) continue;
      const sent = this.#words[entry + sentField] ?? 0;
      if (sent !== 0 && seconds() - sent <= grace) {
        waiting = true;
        continue;
      }
      // First the entry, then the descriptor: a thread terminated in between must not leave a number
      // that leads to something else by now.
      this.#words[entry + descriptorField] = 0;
      nativeBackend().closeSegment(descriptor);
    }
    if (waiting) this.#sweepLater();
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const timer = setTimeout(
      () => {
        this.#sweeping = false;
        this.#locked(() => this.#sweep());
      },
      (grace + 1) * 1000,
    );
    timer.unref();
  }

  #hold(entry: number): void {
    const words = this.#words;
    const self = threadOwners.self();
    const places = holdersOf(entry);
    if (places.some((at) => words[at] === self)) return;
    const free = places.find((at) => !threadOwners.alive(words[at] ?? 0));
    // No place to write the holder down: then the segment stays open, which is never wrong.
    if (free === undefined) words[entry + keptField] = 1;
    else words[free] = self;
  }

  #find(identity: string): number | undefined {
    const wanted = hash(identity);
    return this.#entries().find(
      (entry) =>
        this.#descriptor(entry) >= 0 &&
        wanted.every((word, index) => this.#words[entry + identityField + index] === word),
    );
  }

  /** The positions of all entries. */
  #entries(): number[] {
    return positions;
  }

  #descriptor(entry: number): number {
    return (this.#words[entry + descriptorField] ?? 0) - 1;
  }

  /** Runs `action` while no other thread changes the table. A thread that died with the lock loses it. */
  #locked<T>(action: () => T): T {
    const words = this.#words;
    const self = threadOwners.self();
    for (;;) {
      const owner = Atomics.compareExchange(words, lockWord, 0, self);
      if (owner === 0) break;
      if (Atomics.wait(words, lockWord, owner, 10) !== 'timed-out') continue;
      if (threadOwners.alive(owner)) continue;
      if (Atomics.compareExchange(words, lockWord, owner, self) === owner) break;
    }
    try {
      return action();
    } finally {
      Atomics.store(words, lockWord, 0);
      Atomics.notify(words, lockWord, 1);
    }
  }
}

const positions = Array.from({ length: entries }, (_, index) => (index + 1) * entryWords);

function holdersOf(entry: number): number[] {
  return Array.from({ length: holderCount }, (_, index) => entry + holdersField + index);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Three words (FNV-1a from three seeds): enough for what a process can have open. */
function hash(identity: string): [number, number, number] {
  const from = (seed: number): number => {
    let value = seed;
    for (let index = 0; index < identity.length; index += 1) {
      value = Math.imul(value ^ identity.charCodeAt(index), 0x01000193);
    }
    return value | 0;
  };
  return [from(0x811c9dc5), from(0x1234567), from(0x7654321)];
}

export const segmentTable: SegmentTable = sharedState('memory.segmentTable', () => new SegmentTable());

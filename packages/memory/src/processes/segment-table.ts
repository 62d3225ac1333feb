import { sharedState } from '@manycore/core/internal';

import { nativeBackend } from '../platform/native.js';
import type { OpenSegment } from '../native-backend.js';
import { shareWithThreads, inherited } from '../platform/node.js';
import { Mutex } from '../mutex/mutex.js';
import { threadOwners } from '../threads/thread-owners.js';
import { threadsParker } from '../threads/threads-parker.js';
import { SharedWords } from '../words.js';
import { inFlight } from './flight-counters.js';

/*
 * The segments that this process has open, in memory that all its threads share. A descriptor belongs to
 * the process, so a thread that ends must not take it along, and must not leave it behind either.
 * README.md in this folder says when a descriptor is closed.
 *
 * Layout, in words: 0 lock: the thread that changes the table · 1 high: all entries in use lie below this
 * one · 2 low: no entry below this one is free · 3 the descriptor of the list of mappings + 1 · from 64 on
 * entries of 64 words, see `field`.
 */
const key = 'manycore.segments.3';
/** The number of segments that a process can have open. */
export const segmentLimit = 65_536;
const entryWords = 64;
const [lockWord, highWord, lowWord, mappingsWord] = [0, 1, 2, 3] as const;

const field = {
  /** The descriptor + 1; 0 when the entry is free. Written last. */
  descriptor: 0,
  /** The identity: device, and inode in two halves. */
  identity: 1,
  /** 1 when it stays open until the process ends: a thread allocates blocks in it. */
  kept: 4,
  /** When it was last sent, in seconds. */
  sent: 5,
  /** The thread that allocates in it. */
  allocator: 6,
  /** Where its flight counters lie, in words + 1; 0 when it has none. */
  counters: 7,
  /** How many threads use it beyond those that have a place. */
  unlisted: 8,
  /** The threads that use it. */
  places: 9,
} as const;
const places = entryWords - field.places;

/** How long a segment without flight counters stays open for receivers after it was sent, in seconds. */
const grace = 60;
/** How often segments in flight are looked at, in milliseconds. */
const recheck = 5000;

/** How much a sweep may close. */
export type SweepMode =
  /** What no thread of this process uses and what is not in flight. */
  | 'normal'
  /** Also what has been in flight for longer than the grace: it was probably lost with its receiver. */
  | 'pressure'
  /** Also what has no flight counters and is within its grace. */
  | 'full';

class SegmentTable {
  readonly #words: Int32Array;
  /** Made when it is needed: it registers the thread as an owner. */
  #mutex: Mutex | undefined;
  /** Whether a timer will look at the segments in flight again. */
  #rechecking = false;

  constructor() {
    let buffer = inherited(key);
    if (!buffer) {
      buffer = new SharedArrayBuffer((segmentLimit + 1) * entryWords * 4);
      shareWithThreads(key, buffer);
    }
    this.#words = new Int32Array(buffer);
  }

  /**
   * Registers a segment that this thread has mapped by a descriptor of its own, and uses. Returns
   * the descriptor to use from now on, which is another one if the process had the segment already;
   * undefined when the table is full: then nothing was registered.
   */
  add(open: OpenSegment, countersAt: number | undefined, kept: boolean): number | undefined {
    return this.#locked(() => {
      const words = this.#words;
      words[mappingsWord] ||= nativeBackend().openMappings() + 1;
      const identity = wordsOf(open.identity);
      const found = this.#find(identity);
      if (found !== undefined) {
        const descriptor = this.#descriptor(found);
        if (descriptor !== open.descriptor) nativeBackend().closeSegment(open.descriptor);
        this.#use(found);
        return descriptor;
      }
      const entry = this.#free();
      if (entry === undefined) return undefined;
      words.fill(0, entry, entry + entryWords);
      words.set(identity, entry + field.identity);
      words[entry + field.kept] = kept ? 1 : 0;
      words[entry + field.allocator] = kept ? threadOwners.self() : 0;
      words[entry + field.counters] = countersAt === undefined ? 0 : countersAt / 4 + 1;
      this.#use(entry);
      words[entry + field.descriptor] = open.descriptor + 1;
      return open.descriptor;
    });
  }

  /** A new descriptor for a segment, if the process has it open. */
  reopen(identity: string): OpenSegment | undefined {
    return this.#locked(() => {
      const entry = this.#find(wordsOf(identity));
      return entry === undefined ? undefined : this.#duplicate(entry);
    });
  }

  /** This thread uses a segment whose mapping came from another thread; its descriptor, if it is open. */
  join(identity: string): number | undefined {
    return this.#locked(() => {
      const entry = this.#find(wordsOf(identity));
      if (entry === undefined) return undefined;
      this.#use(entry);
      return this.#descriptor(entry);
    });
  }

  /**
   * This thread does not use the segment any more. The last one closes the descriptor, unless the segment
   * is in flight. `released`: by an explicit call, which for a segment without flight counters means that
   * all it was sent to have received it.
   */
  leave(identity: string, released: boolean): void {
    this.#locked(() => {
      const entry = this.#find(wordsOf(identity));
      if (entry === undefined) return;
      const words = this.#words;
      const place = this.#places(entry).indexOf(threadOwners.self());
      const unlisted = words[entry + field.unlisted] ?? 0;
      if (place >= 0) words[entry + field.places + place] = 0;
      else words[entry + field.unlisted] = Math.max(0, unlisted - 1);
      if (released && words[entry + field.counters] === 0) words[entry + field.sent] = 0;
      if (!this.#isUsed(entry) && !this.#closeUnlessInFlight(entry, 'normal')) this.#recheckLater();
    });
  }

  /** The segment is about to be sent. */
  noteSent(identity: string): void {
    this.#locked(() => {
      const entry = this.#find(wordsOf(identity));
      if (entry !== undefined) this.#words[entry + field.sent] = seconds();
    });
  }

  /** Takes over a segment in which a thread that has ended used to allocate: a new descriptor for it. */
  inherit(): OpenSegment | undefined {
    return this.#locked(() => {
      for (const entry of this.#entries()) {
        const allocator = this.#words[entry + field.allocator] ?? 0;
        if (allocator === 0 || threadOwners.alive(allocator)) continue;
        this.#words[entry + field.allocator] = threadOwners.self();
        return this.#duplicate(entry);
      }
      return undefined;
    });
  }

  /**
   * Closes what no thread of this process has mapped any more, whichever thread it was and however it
   * ended. Returns how many segments stay open.
   */
  sweep(mode: SweepMode): number {
    return this.#locked(() => {
      const mappings = (this.#words[mappingsWord] ?? 0) - 1;
      if (mappings < 0) return 0;
      const mapped = nativeBackend().mappedSegments(mappings);
      let open = 0;
      let waiting = false;
      for (const entry of this.#entries()) {
        const isUsed = this.#isUsed(entry) && mapped.has(this.#identity(entry));
        if (this.#words[entry + field.kept] === 1 || isUsed) open += 1;
        else if (!this.#closeUnlessInFlight(entry, mode)) {
          open += 1;
          waiting = true;
        }
      }
      if (waiting) this.#recheckLater();
      return open;
    });
  }

  #closeUnlessInFlight(entry: number, mode: SweepMode): boolean {
    const words = this.#words;
    if (words[entry + field.kept] === 1) return true;
    const descriptor = this.#descriptor(entry);
    const sent = words[entry + field.sent] ?? 0;
    const counters = words[entry + field.counters] ?? 0;
    const isRecent = sent !== 0 && seconds() - sent <= grace;
    const stays =
      counters === 0
        ? isRecent && mode !== 'full'
        : sent !== 0 && inFlight(descriptor, (counters - 1) * 4) && (isRecent || mode === 'normal');
    if (stays) return false;
    // First the entry, then the descriptor: a thread terminated in between must not leave a number
    // that leads to something else by now.
    words[entry + field.descriptor] = 0;
    words[lowWord] = Math.min(words[lowWord] ?? 0, entry);
    nativeBackend().closeSegment(descriptor);
    return true;
  }

  #recheckLater(): void {
    if (this.#rechecking) return;
    this.#rechecking = true;
    const timer = setTimeout(() => {
      this.#rechecking = false;
      this.sweep('normal');
    }, recheck);
    timer.unref();
  }

  /** The position of a free entry. */
  #free(): number | undefined {
    const words = this.#words;
    const high = Math.max(words[highWord] ?? 0, entryWords);
    let entry = Math.max(words[lowWord] ?? 0, entryWords);
    while (entry < high && this.#descriptor(entry) >= 0) entry += entryWords;
    if (entry > segmentLimit * entryWords) return undefined;
    words[lowWord] = entry + entryWords;
    words[highWord] = Math.max(high, entry + entryWords);
    return entry;
  }

  #find([device, low, high]: readonly [number, number, number]): number | undefined {
    const words = this.#words;
    const at = field.identity;
    const end = words[highWord] ?? 0;
    for (let entry = entryWords; entry < end; entry += entryWords) {
      if (words[entry + at + 1] !== low || words[entry + at] !== device) continue;
      if (words[entry + at + 2] === high && this.#descriptor(entry) >= 0) return entry;
    }
    return undefined;
  }

  /** The positions of the entries in use. */
  *#entries(): Generator<number> {
    const high = this.#words[highWord] ?? 0;
    for (let entry = entryWords; entry < high; entry += entryWords) {
      if (this.#descriptor(entry) >= 0) yield entry;
    }
  }

  #duplicate(entry: number): OpenSegment | undefined {
    const { pid } = nativeBackend().currentThread();
    return nativeBackend().openSegment({ pid, descriptor: this.#descriptor(entry) });
  }

  #descriptor(entry: number): number {
    return (this.#words[entry + field.descriptor] ?? 0) - 1;
  }

  #places(entry: number): Int32Array {
    return this.#words.subarray(entry + field.places, entry + field.places + places);
  }

  /** Writes this thread down as a user. */
  #use(entry: number): void {
    const self = threadOwners.self();
    const found = this.#places(entry);
    if (found.includes(self)) return;
    const free = found.findIndex((user) => !threadOwners.alive(user));
    if (free >= 0) found[free] = self;
    else this.#words[entry + field.unlisted] = (this.#words[entry + field.unlisted] ?? 0) + 1;
  }

  /** Whether a thread that lives uses the segment, as far as the threads have said. */
  #isUsed(entry: number): boolean {
    if ((this.#words[entry + field.unlisted] ?? 0) > 0) return true;
    return this.#places(entry).some((user) => threadOwners.alive(user));
  }

  #identity(entry: number): string {
    const [device = 0, low = 0, high = 0] = this.#words.subarray(entry + field.identity);
    const inode = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    return `${device >>> 0}:${inode}`;
  }

  /** Runs `action` while no other thread changes the table. A thread that died with the lock loses it. */
  #locked<T>(action: () => T): T {
    const mutex = (this.#mutex ??= new Mutex(
      new SharedWords(this.#words, threadsParker, threadOwners),
      lockWord,
      'table of segments',
    ));
    // A thread that died in here left the table usable: an entry counts once its last word is written.
    mutex.acquireSync(undefined, true);
    try {
      return action();
    } finally {
      mutex.release();
    }
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function wordsOf(identity: string): [number, number, number] {
  const [device = '0', text = '0'] = identity.split(':');
  const inode = BigInt(text);
  return [Number(device) | 0, Number(inode & 0xffff_ffffn) | 0, Number(inode >> 32n) | 0];
}

export const segmentTable: SegmentTable = sharedState('memory.segmentTable', () => new SegmentTable());

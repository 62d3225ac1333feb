import { ManycoreError } from '@manycore/core';

import type { DescriptorAddress } from '../native-backend.js';
import { ownerTableWords } from '../owners/owner-table.js';
import { FlightCounters } from './flight-counters.js';
import { ProcessOwners } from './process-owners.js';
import { ProcessesParker } from './processes-parker.js';
import { waitTableWords } from './wait-table/wait-table.js';

/*
 * Layout of a segment that holds blocks, in bytes:
 *   0     head: 0 magic · 4 version · 8 where free room begins, in units of 64 bytes · 12 flight counters
 *   64    the owners: every thread that uses the segment
 *   …     the wait table
 *   …     blocks, each aligned to 64 bytes; in an arena behind a line with the block's lease
 * A bare segment has none of it: all its bytes are one piece of memory.
 */
const magic = 0x6d6e7963;
const version = 2;
const [magicWord, versionWord, frontWord] = [0, 1, 2] as const;
/** Where the flight counters of a segment with blocks lie, in bytes. */
export const blockCountersAt = 12;
const ownersAt = 64;
const waitsAt = ownersAt + ownerTableWords * 4;

/** Where the blocks of a segment begin. */
export const blocksAt: number = waitsAt + waitTableWords * 4;

/** Everything begins on a cache line. */
const line = 64;

/** What a segment is for. */
export interface SegmentPurpose {
  /** Whether the segment stays open until the process ends: a thread allocates blocks in it. */
  readonly kept: boolean;
  /** Where its flight counters lie, in bytes; a named segment, which other programs lay out, has none. */
  readonly countersAt: number | undefined;
}

/** A segment, as one thread of one process sees it. */
export class Segment {
  readonly identity: string;
  /** The process's descriptor; undefined when it was closed before this thread could have it. */
  readonly descriptor: number | undefined;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly byteLength: number;
  /** Whether the segment stays open until the process ends. */
  readonly kept: boolean;
  readonly countersAt: number | undefined;
  readonly counters: FlightCounters | undefined;
  /** By which descriptors of other processes it came: they may outlive ours. */
  readonly origins: readonly DescriptorAddress[];
  /** How many objects of this thread will say when they do not need it any more. */
  users = 0;
  readonly #base: number;
  #words: Int32Array | undefined;
  #tables: { owners: ProcessOwners; parker: ProcessesParker } | undefined;

  constructor(
    options: SegmentPurpose & {
      identity: string;
      descriptor: number | undefined;
      buffer: SharedArrayBuffer | ArrayBuffer;
      base: number;
      byteLength: number;
      origins: readonly DescriptorAddress[];
    },
  ) {
    this.identity = options.identity;
    this.descriptor = options.descriptor;
    this.buffer = options.buffer;
    this.byteLength = options.byteLength;
    this.kept = options.kept;
    this.countersAt = options.countersAt;
    this.counters =
      this.countersAt === undefined ? undefined : new FlightCounters(this.buffer, this.countersAt);
    this.origins = options.origins;
    this.#base = options.base;
  }

  /** Prepares a new segment for blocks. */
  format(): void {
    const head = new Int32Array(this.buffer, 0, line / 4);
    Atomics.store(head, frontWord, blocksAt / line);
    Atomics.store(head, versionWord, version);
    Atomics.store(head, magicWord, magic);
  }

  /** The owners and the parker of the blocks in this segment. */
  get tables(): { owners: ProcessOwners; parker: ProcessesParker } {
    return (this.#tables ??= this.#open());
  }

  /** All words of the segment, of which leases use some. */
  get words(): Int32Array {
    return (this.#words ??= new Int32Array(this.buffer, 0, Math.floor(this.byteLength / 4)));
  }

  /** How many bytes are free at the end. */
  get room(): number {
    return this.byteLength - this.#front() * line;
  }

  /** Takes bytes from the free end; where they begin. Only for the thread that allocates here. */
  take(byteLength: number): number {
    const front = this.#front();
    Atomics.store(this.#head(), frontWord, front + byteLength / line);
    return front * line;
  }

  #open(): { owners: ProcessOwners; parker: ProcessesParker } {
    const head = this.#head();
    if (Atomics.load(head, magicWord) !== magic || Atomics.load(head, versionWord) !== version) {
      throw new ManycoreError(
        'MANYCORE_SHARED_MEMORY',
        'this shared memory was made by another version of @manycore/memory: use the same in all processes',
      );
    }
    const owners = new ProcessOwners(new Int32Array(this.buffer, ownersAt, ownerTableWords));
    const waits = new Int32Array(this.buffer, waitsAt, waitTableWords);
    return { owners, parker: new ProcessesParker(this.buffer, this.#base, waits, owners) };
  }

  #head(): Int32Array {
    return new Int32Array(this.buffer, 0, line / 4);
  }

  #front(): number {
    return Atomics.load(this.#head(), frontWord);
  }
}

import { ManycoreError } from '@manycore/core';

import type { DescriptorAddress } from '../native/native-backend.js';
import { ownerTableWords } from '../owners/owner-table.js';
import { ProcessOwners } from './process-owners.js';
import { ProcessesParker } from './processes-parker.js';
import { waitTableWords } from './wait-table.js';

/*
 * Layout of a segment that holds blocks, in bytes:
 *   0     head: 0 magic · 4 version · 8 where free room begins, in units of 64 bytes
 *   64    the owners: every thread that uses the segment
 *   …     the wait table
 *   …     blocks, each aligned to 64 bytes
 * A bare segment has none of it: all its bytes are one piece of memory.
 */
const magic = 0x6d6e7963;
const version = 1;
const [magicWord, versionWord, frontWord] = [0, 1, 2] as const;
const ownersAt = 64;
const waitsAt = ownersAt + ownerTableWords * 4;

/** Where the blocks of a segment begin. */
export const blocksAt: number = waitsAt + waitTableWords * 4;

/** Everything begins on a cache line. */
const line = 64;

/** A segment, as one thread of one process sees it. */
export class Segment {
  readonly identity: string;
  /** The process's descriptor; undefined when it was closed before this thread could have it. */
  readonly descriptor: number | undefined;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly byteLength: number;
  /** Whether the segment stays open until the process ends. */
  readonly kept: boolean;
  /** By which descriptors of other processes it came: they may outlive ours. */
  readonly origins: readonly DescriptorAddress[];
  /** How many objects of this thread will say when they do not need it any more. */
  users = 0;
  readonly #base: number;
  #lot: { owners: ProcessOwners; parker: ProcessesParker } | undefined;

  constructor(options: {
    identity: string;
    descriptor: number | undefined;
    buffer: SharedArrayBuffer | ArrayBuffer;
    base: number;
    byteLength: number;
    kept: boolean;
    origins: readonly DescriptorAddress[];
  }) {
    this.identity = options.identity;
    this.descriptor = options.descriptor;
    this.buffer = options.buffer;
    this.byteLength = options.byteLength;
    this.kept = options.kept;
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
  get lot(): { owners: ProcessOwners; parker: ProcessesParker } {
    return (this.#lot ??= this.#open());
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

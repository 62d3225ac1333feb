import { sharedState } from '@manycore/core/internal';

import { SharedMemoryLimitError } from '../errors.js';
import { nativeBackend } from '../platform/native.js';
import { collectGarbage } from '../platform/node.js';
import { segmentTable, type SweepMode } from './segment-table.js';

const mebibyte = 2 ** 20;
const largestCount = 256;
/** The part of the descriptors that segments which no thread uses any more may take. */
const share = 1 / 8;
const leastBytes = 256 * mebibyte;
/** So many bytes that were released are worth a collection of their own. */
const releasedBytes = 64 * mebibyte;

// Taken now: a test that replaces the timers later must not stop the collections.
const { setTimeout } = globalThis;

/**
 * V8 frees a segment when it collects the last view, and it does not know how much a segment weighs: a few
 * bytes of its heap stand for megabytes of memory and gigabytes of address space. So a thread that has
 * mapped many segments, or large ones, since the last look makes V8 collect.
 */
class Collection {
  /** Since the last collection. */
  #count = 0;
  #bytes = 0;
  #countLimit: number | undefined;
  /** Of segments that were released since the last collection, whose views may still be there. */
  #released = 0;
  #scheduled = false;

  /** A segment is about to be mapped into this thread. */
  beforeMapping(byteLength: number): void {
    this.#countLimit ??= leastCount();
    if (this.#count >= this.#countLimit || this.#bytes >= leastBytes) this.run('normal');
    this.#count += 1;
    this.#bytes += byteLength;
  }

  /** A segment was released, which stays mapped until its views are collected. */
  afterRelease(byteLength: number): void {
    this.#released += byteLength;
    if (this.#released < releasedBytes || this.#scheduled) return;
    this.#scheduled = true;
    const timer = setTimeout(() => {
      this.#scheduled = false;
      this.run('normal');
    }, 0);
    timer.unref();
  }

  /** Collects the segments that nothing refers to, and closes what no thread uses. */
  run(mode: SweepMode): void {
    collectGarbage();
    const open = segmentTable.sweep(mode);
    this.#count = 0;
    this.#bytes = 0;
    this.#released = 0;
    // A program that holds many must not collect more often for that.
    this.#countLimit = Math.max(leastCount(), open);
  }

  /** Runs what opens or maps a segment; if it meets a limit, again after all was closed that can be. */
  retry<T>(open: () => T): T {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof SharedMemoryLimitError)) throw error;
      this.run('full');
      return open();
    }
  }
}

function leastCount(): number {
  return Math.min(largestCount, nativeBackend().segmentLimit() * share);
}

export const collection: Collection = sharedState('memory.collection', () => new Collection());

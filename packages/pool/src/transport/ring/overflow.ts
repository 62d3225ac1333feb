import type { SharedBlock } from '@manycore/memory';

import type { SpareBlocks } from '../spare-blocks.js';
import type { EncodedValues } from './record.js';
import { type Outbox, Overflow, overflowLimit, type WorkerRings } from './worker-rings.js';

/**
 * The pool's side of a worker's overflow area: see "Large values" in README.md.
 *
 * | state | until |
 * |---|---|
 * | none | the first large value |
 * | offered | the worker's answer; large values go by message |
 * | ready | the worker exits |
 * | over | there is no memory, or the worker could not open it: large values go by message |
 */
export class TaskOverflow {
  readonly #spare: SpareBlocks;
  readonly #rings: WorkerRings;
  readonly #post: (block: SharedBlock) => void;
  readonly #regions = new Regions(overflowLimit);
  #state: 'none' | 'offered' | 'ready' | 'over' = 'none';
  #overflow: Overflow | undefined;

  /** `spare` are those of the worker's pool; `post` sends the worker a block. */
  constructor(spare: SpareBlocks, rings: WorkerRings, post: (block: SharedBlock) => void) {
    this.#spare = spare;
    this.#rings = rings;
    this.#post = post;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** There is a large value: from the worker's answer on, such values lie there. */
  offer(): void {
    if (this.#state !== 'none') return;
    this.#state = 'offered';
    try {
      this.#overflow = Overflow.allocate(this.#spare);
      // Results may lie there before the worker's answer has arrived.
      this.#rings.use(this.#overflow);
      this.#post(this.#overflow.block);
    } catch {
      this.answered(false);
    }
  }

  /** False when nothing was offered. */
  answered(accepted: boolean): boolean {
    if (this.#state !== 'offered') return false;
    this.#state = accepted ? 'ready' : 'over';
    return true;
  }

  /** A place for the values of a task; undefined when there is no room now. */
  place(values: EncodedValues): EncodedValues | undefined {
    const place = this.#regions.allocate(values.byteLength);
    return place === undefined ? undefined : { ...values, place };
  }

  /** The oldest task that has values there was settled: the worker has read them. */
  freeOldest(): void {
    this.#regions.freeOldest();
  }

  /** The youngest was taken back: the worker will not read them. */
  freeYoungest(): void {
    this.#regions.freeYoungest();
  }

  /** The worker has exited. */
  end(): void {
    this.#state = 'over';
    this.#overflow?.release(this.#spare);
    this.#rings.use(undefined);
    this.#overflow = undefined;
  }
}

/** The worker's side of its overflow area: a place is free again when the pool has copied its record. */
export class ResultOverflow {
  readonly #outbox: Outbox;
  readonly #regions = new Regions(overflowLimit);
  /** Where the records of the regions end, oldest first. */
  readonly #positions: number[] = [];

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** A place for the values of a result; undefined when there is no room now. `placed` is to follow. */
  place(values: EncodedValues): EncodedValues | undefined {
    for (let first = this.#positions[0]; first !== undefined; first = this.#positions[0]) {
      if (!this.#outbox.hasFreed(first)) break;
      this.#positions.shift();
      this.#regions.freeOldest();
    }
    const place = this.#regions.allocate(values.byteLength);
    return place === undefined ? undefined : { ...values, place };
  }

  /** The record of the last place ends at this position; undefined when it was not pushed. */
  placed(position: number | undefined): void {
    if (position === undefined) this.#regions.freeYoungest();
    else this.#positions.push(position);
  }
}

/** Where a value lies. */
interface Region {
  readonly from: number;
  readonly to: number;
}

/** Regions begin at multiples of so many bytes: any typed array can lie there. */
const alignment = 8;

/**
 * Hands out regions of a memory, which come back from the oldest or from the youngest on. A region lies in one piece:
 * behind the youngest, or, when there is no room, at the beginning of the memory.
 */
class Regions {
  readonly #byteLength: number;
  readonly #used: Region[] = [];

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  /** The first byte of a new region; undefined when there is no room for it. */
  allocate(byteLength: number): number | undefined {
    const length = Math.ceil(byteLength / alignment) * alignment;
    const oldest = this.#used[0];
    const youngest = this.#used.at(-1);
    const from = youngest?.to ?? 0;
    if (!oldest || from > oldest.from) {
      if (from + length <= this.#byteLength) return this.#use(from, length);
      return oldest && length <= oldest.from ? this.#use(0, length) : undefined;
    }
    return from + length <= oldest.from ? this.#use(from, length) : undefined;
  }

  freeOldest(): void {
    this.#used.shift();
  }

  freeYoungest(): void {
    this.#used.pop();
  }

  #use(from: number, length: number): number {
    this.#used.push({ from, to: from + length });
    return from;
  }
}

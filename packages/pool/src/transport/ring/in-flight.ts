import { Deque } from '../../deque.js';
import type { Task } from '../../scheduler/records.js';
import type { TaskPayload } from '../transport.js';
import type { EncodedValues } from './record.js';
import type { NextResult } from './result-pump.js';
import { RingError } from './ring.js';
import type { Outbox } from './worker-rings.js';

/** A task in the ring, or begun. */
export interface Entry<P> extends NextResult {
  readonly task: Task<P>;
  /** Where its record ends. */
  readonly position: number;
  /** Where its values are. */
  readonly values: 'record' | 'overflow' | 'message';
}

/**
 * The tasks of one worker that are in its ring, or begun, in the order in which the worker runs them; and which ones
 * are over, whose results are ignored.
 */
export class InFlight<P extends TaskPayload> {
  readonly #outbox: Outbox;
  readonly #corrupted: (error: RingError) => void;
  readonly #entries = new Deque<Entry<P>>();
  /** The one whose values went by message. */
  #posted: Entry<P> | undefined;
  #lastFinished = 0;
  readonly #lost = new Set<number>();

  /** `corrupted` is told that the worker wrote words that cannot be right. */
  constructor(outbox: Outbox, corrupted: (error: RingError) => void) {
    this.#outbox = outbox;
    this.#corrupted = corrupted;
  }

  get size(): number {
    return this.#entries.size;
  }

  get seqs(): readonly number[] {
    return [...this.#entries].map(({ seq }) => seq);
  }

  /** The first one, if the worker has begun it. May throw RingError. */
  get begun(): Entry<P> | undefined {
    const { first } = this.#entries;
    return first && this.#outbox.hasClaimed(first.position) ? first : undefined;
  }

  /** Whether the values of one went by message: there is never a second one. */
  get hasPosted(): boolean {
    return this.#posted !== undefined;
  }

  /** Writes the task's record; false when there is no room. */
  push(
    task: Task<P>,
    values: EncodedValues,
    target: number,
    count: number | undefined,
    where: Entry<P>['values'],
  ): boolean {
    const { record } = this.#outbox;
    record.id = task.seq | 0;
    record.detail = target;
    record.attempt = task.attempt;
    record.offset = task.payload.offset;
    record.shape = task.payload.shape;
    record.wantsPartial = task.payload.wantsPartial;
    record.values = values;
    const position = this.#write();
    if (position === undefined) return false;
    const entry: Entry<P> = { task, seq: task.seq, position, count, values: where };
    this.#entries.push(entry);
    if (where === 'message') this.#posted = entry;
    return true;
  }

  find(task: Task<P>): Entry<P> | undefined {
    return this.#entries.find((entry) => entry.task === task);
  }

  /** The one with this number, if the worker has begun it. */
  findBegun(id: unknown): Entry<P> | undefined {
    const entry = this.#entries.find(({ seq }) => (seq | 0) === id);
    return entry && this.hasBegun(entry) ? entry : undefined;
  }

  hasBegun({ position }: Entry<P>): boolean {
    try {
      return this.#outbox.hasClaimed(position);
    } catch (error) {
      this.#onRingError(error);
      return true;
    }
  }

  /** Whether the task with this number has had its result, or was given up. */
  isOver(id: unknown): boolean {
    return id === this.#lastFinished || this.#lost.has(id as number);
  }

  /** Removes the first one, which has its result. */
  finishFirst(): Entry<P> | undefined {
    const entry = this.#entries.shift();
    if (!entry) return undefined;
    if (entry === this.#posted) this.#posted = undefined;
    this.#lastFinished = entry.seq | 0;
    return entry;
  }

  /** Gives up the one whose values went by message. */
  losePosted(): Entry<P> | undefined {
    const entry = this.#posted;
    if (!entry) return undefined;
    this.#posted = undefined;
    this.#lost.add(entry.seq | 0);
    this.#entries.remove(entry);
    return entry;
  }

  /** Takes those that the worker has not begun out of the ring. */
  takeBack(): readonly Entry<P>[] {
    try {
      const from = this.#outbox.recall();
      const first = [...this.#entries].findIndex(({ position }) => ((position - from) | 0) > 0);
      const taken = first < 0 ? [] : this.#entries.cut(first);
      if (this.#posted && taken.includes(this.#posted)) this.#posted = undefined;
      return taken;
    } catch (error) {
      this.#onRingError(error);
      return [];
    }
  }

  /** Of a worker that has exited: removes the first one, which has its result. */
  takeFirst(): readonly Entry<P>[] {
    const first = this.#entries.shift();
    return first ? [first] : [];
  }

  [Symbol.iterator](): Iterator<Entry<P>> {
    return this.#entries[Symbol.iterator]();
  }

  /** Writes the record; undefined when there is no room. */
  #write(): number | undefined {
    try {
      return this.#outbox.push(this.#outbox.record);
    } catch (error) {
      this.#onRingError(error);
      return undefined;
    }
  }

  #onRingError(error: unknown): void {
    if (!(error instanceof RingError)) throw error;
    this.#corrupted(error);
  }
}

import { type Destination, modulesOf, pack, type Packed } from '@manycore/core/internal';
import { type EncodedValues, encodeList, Form, type IncomingRecord, valueOf } from './record.js';
import { RingError } from './ring.js';
import { Inbox, Outbox, taskLimit, WorkerRings } from './worker-rings.js';

/** What a ring says of the result of a task: `elsewhere`: it comes by message; `corrupted`: it is no result of that task. */
export type LeaseResult =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'corrupted'; readonly reason: string };

/**
 * The rings of a worker that is leased to a thread which blocks: one task is in flight, and a wait blocks. See
 * the README.md of `blocking`.
 */
export class LeaseRings {
  readonly #rings: WorkerRings;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #to: Destination;
  #position = 0;

  /** @throws where memory cannot be shared with such a worker. */
  constructor(to: Destination) {
    const rings = WorkerRings.allocate(to === 'thread' ? 'threads' : 'processes');
    this.#rings = rings;
    this.#outbox = new Outbox(rings.tasks);
    this.#inbox = new Inbox(rings.results);
    this.#to = to;
  }

  /** The memory, as it is sent to the worker once. */
  pack(): { readonly block: Packed; readonly modules: readonly string[] | undefined } {
    const { packed } = pack(this.#rings.block, this.#to, 'rings');
    return { block: packed, modules: packed[1] && modulesOf(packed) };
  }

  /** Arguments for `push`; undefined when a ring cannot carry them. */
  static encode(values: readonly unknown[]): EncodedValues | undefined {
    try {
      return encodeList(values, taskLimit);
    } catch {
      // What looking at them throws, the message will throw again.
      return undefined;
    }
  }

  /** Writes a task; false when there is no room for it. */
  push(id: number, target: number, values: EncodedValues): boolean {
    const { record } = this.#outbox;
    record.id = id;
    record.detail = target;
    record.shape = 'call';
    record.values = values;
    try {
      const position = this.#outbox.push(record);
      if (position === undefined) return false;
      this.#position = position;
      return true;
    } catch (error) {
      if (error instanceof RingError) return false;
      throw error;
    }
  }

  /** Blocks until the result is there; undefined after `timeout` milliseconds. @throws what keeps it from being read. */
  receive(id: number, timeout: number): LeaseResult | undefined {
    let record: IncomingRecord | undefined;
    try {
      record = this.#inbox.claim() ?? (this.#inbox.wait(timeout) ? this.#inbox.claim() : undefined);
    } catch (error) {
      if (error instanceof RingError) return { kind: 'corrupted', reason: error.message };
      throw error;
    }
    if (!record) return undefined;
    if (record.id !== id) return { kind: 'corrupted', reason: 'a result of a task that it does not run' };
    return record.form === Form.elsewhere ? { kind: 'elsewhere' } : { kind: 'value', value: valueOf(record) };
  }

  /** Whether the worker, which has exited, had begun the task. */
  hadBegun(): boolean {
    try {
      return ((this.#outbox.recall() - this.#position) | 0) >= 0;
    } catch (error) {
      if (error instanceof RingError) return true;
      throw error;
    }
  }

  /** The worker has exited. */
  release(): void {
    this.#rings.release();
  }
}

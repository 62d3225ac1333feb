import { allocate, type PendingWait, type Scope, type SharedBlock } from '@manycore/memory';
import { Spin } from '@manycore/memory/internal';

import { BlockRing } from './block-ring.js';
import { controlBytes, controlWords, tail } from './layout.js';
import { headerUnits, type IncomingRecord, OutgoingRecord } from './record.js';
import { RingConsumer } from './ring-consumer.js';
import { RingProducer } from './ring-producer.js';
import type { Overflow } from './overflow.js';

/*
 * The block of a worker: the control words of both rings, the records of the tasks, those of the results. It
 * is small enough to be a piece of a segment that the process has anyway: no descriptor of its own.
 */
const taskBytes = 32 * 1024;
const resultBytes = 16 * 1024;
const tasksFrom = 2 * controlBytes;
const blockBytes = tasksFrom + taskBytes + resultBytes;

/** Values of more bytes go to the overflow area, if there is one, else by message. */
export const taskLimit = 4096;
export const resultLimit = 2048;

/** How many tasks a worker may have in flight. */
export const largestWindow = 64;

/** Room that results leave, so that each task in flight can say at least that its result comes by message. */
export const resultReserve: number = (largestWindow + 1) * headerUnits;

/** The two rings of a worker: tasks to it, results from it. */
export class WorkerRings {
  readonly block: SharedBlock;
  readonly tasks: BlockRing;
  readonly results: BlockRing;

  constructor(block: SharedBlock) {
    this.block = block;
    this.tasks = new BlockRing(block, 0, controlWords, tasksFrom, taskBytes);
    this.results = new BlockRing(block, controlBytes, controlWords, tasksFrom + taskBytes, resultBytes);
  }

  /** @throws ProcessesUnavailableError, or what says that there is no memory to be shared. */
  static allocate(scope: Scope): WorkerRings {
    return new WorkerRings(spare[scope].pop() ?? allocate(blockBytes, scope));
  }

  /** Values of their records may lie there. */
  use(overflow: Overflow | undefined): void {
    this.tasks.overflow = overflow?.tasks;
    this.results.overflow = overflow?.results;
  }

  /** The worker has exited and writes no more: the block is used for another one. */
  release(): void {
    this.block.words.fill(0, 0, 2 * controlWords);
    spare[this.block.scope].push(this.block);
  }
}

/**
 * Blocks of workers that have exited: never more than there were workers at a time. To leave them to the garbage
 * collector would let a pool whose workers die often take more and more memory, because that comes late.
 */
const spare: Readonly<Record<Scope, SharedBlock[]>> = { threads: [], processes: [] };

/** What a thread reads from a ring, and how it waits for that. */
export class Inbox {
  readonly #ring: BlockRing;
  readonly #consumer: RingConsumer<IncomingRecord>;
  readonly #spin = new Spin();

  constructor(ring: BlockRing) {
    this.#ring = ring;
    this.#consumer = new RingConsumer<IncomingRecord>(ring);
  }

  /** Opens now what a sleep needs. @throws what says that there is no room for it. */
  prepare(): void {
    this.sleep()?.cancel();
  }

  get hasRecords(): boolean {
    return this.#consumer.hasRecords;
  }

  claim(): IncomingRecord | undefined {
    return this.#consumer.claim();
  }

  /** Looks for a record for a while; false when there is none. */
  spin(): boolean {
    return this.#consumer.hasRecords || this.#spin.on(this.#ring.words, tail) || this.#consumer.hasRecords;
  }

  /** Blocks until there is a record, or for `timeout` milliseconds; whether there is one. */
  wait(timeout: number): boolean {
    if (this.spin()) return true;
    const { events } = this.#consumer;
    const expected = events.prepareWait();
    if (!this.#consumer.hasRecords) this.#ring.wait(events.epoch, expected, timeout);
    return this.#consumer.hasRecords;
  }

  /** A sleep that a record ends, which does not keep the program alive; undefined when there is a record. */
  sleep(): PendingWait | undefined {
    const { events } = this.#consumer;
    for (;;) {
      const expected = events.prepareWait();
      if (this.#consumer.hasRecords) return undefined;
      const pending = this.#ring.waitAsync(events.epoch, expected, Infinity);
      if (pending === 'not-equal') continue;
      pending.unref();
      return pending;
    }
  }
}

/** What a thread writes to a ring. */
export class Outbox extends RingProducer<OutgoingRecord> {
  /** The record to be filled in and pushed. */
  readonly record: OutgoingRecord = new OutgoingRecord();
}

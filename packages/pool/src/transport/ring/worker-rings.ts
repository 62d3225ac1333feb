import { allocate, type PendingWait, type Scope, type SharedBlock } from '@manycore/memory';
import { BlockWords, noteReceiversExited, Spin } from '@manycore/memory/internal';
import { type OutgoingMemory, textMemory } from '@manycore/queue/internal';

import type { SpareBlocks } from '../spare-blocks.js';
import { headerUnits, type IncomingRecord, OutgoingRecord, readRecord, unitsOf } from './record.js';
import {
  controlBytes,
  controlWords,
  RingConsumer,
  type RingMemory,
  RingProducer,
  tail,
  unitBytes,
} from './ring.js';

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
  readonly #spin: Spin;

  /** `looks`: how long it spins. */
  constructor(ring: BlockRing, looks?: ConstructorParameters<typeof Spin>[0]) {
    this.#ring = ring;
    this.#spin = new Spin(looks);
    this.#consumer = new RingConsumer<IncomingRecord>(ring);
  }

  /** Opens now what a sleep needs. @throws what says that there is no room for it. */
  prepare(): void {
    this.sleep()?.cancel();
  }

  get hasRecords(): boolean {
    return this.#consumer.hasRecords;
  }

  /** How many units there are to claim. */
  get filled(): number {
    return this.#consumer.filled;
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

/** A ring in a block of shared memory. */
class BlockRing extends BlockWords implements RingMemory<OutgoingRecord, IncomingRecord> {
  readonly units: number;
  /** Where the values of its records may lie. */
  overflow: OutgoingMemory | undefined;
  readonly #memory: OutgoingMemory;
  /** The records, as words. */
  readonly #records: Int32Array;

  /** Its control words begin at byte `control` of the block, its records at byte `from`. */
  constructor(block: SharedBlock, control: number, controlWords: number, from: number, byteLength: number) {
    super(block, control, controlWords);
    this.units = byteLength / unitBytes;
    const bytes = block.bytes.subarray(from, from + byteLength);
    const { buffer, byteOffset } = bytes;
    const doubles = new Float64Array(buffer, byteOffset, byteLength / 8);
    this.#records = new Int32Array(buffer, byteOffset, byteLength / 4);
    this.#memory = { bytes, doubles, text: textMemory(bytes) };
  }

  unitsAt(unit: number): number {
    return unitsOf(this.#records[unit * (unitBytes / 4)] ?? 0);
  }

  writeGap(unit: number, units: number): void {
    this.#records[unit * (unitBytes / 4)] = -units;
  }

  copyIn(unit: number, record: OutgoingRecord): void {
    record.write(this.#memory, this.#records, unit * unitBytes, this.overflow);
  }

  copyOut(unit: number, units: number): IncomingRecord {
    return readRecord(this.#memory, this.#records, unit * unitBytes, units * unitBytes, this.overflow);
  }
}

/** Room for values in each direction. Memory that was never written takes none of the machine's. */
const halfBytes = 4 * 1024 * 1024;

/** A larger value goes by message. */
export const overflowLimit: number = halfBytes;

/** The memory for large values between a pool and a worker process: one half for tasks, one for results. */
export class Overflow {
  readonly block: SharedBlock;
  readonly tasks: OutgoingMemory;
  readonly results: OutgoingMemory;

  constructor(block: SharedBlock) {
    this.block = block;
    this.tasks = half(block, 0);
    this.results = half(block, halfBytes);
  }

  /** A spare one, or a new one. @throws what says that there is no memory to be shared. */
  static allocate(spare: SpareBlocks): Overflow {
    return new Overflow(spare.take() ?? allocate(2 * halfBytes, 'processes'));
  }

  /** The worker has exited: the block is used for another one of the pool. */
  release(spare: SpareBlocks): void {
    noteReceiversExited(this.block);
    spare.put(this.block);
  }
}

function half(block: SharedBlock, from: number): OutgoingMemory {
  const bytes = block.bytes.subarray(from, from + halfBytes);
  return { bytes, doubles: new Float64Array(bytes.buffer, bytes.byteOffset, halfBytes / 8), text: textMemory(bytes) };
}

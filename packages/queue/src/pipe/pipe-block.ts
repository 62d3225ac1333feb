import { allocate, type Scope, type SharedBlock } from '@manycore/memory';
import { BlockWords, type SharedWords } from '@manycore/memory/internal';

import { Channel, channelOf } from '../channel/channel.js';
import { pipeMessages } from '../channel/operations.js';
import { QueueCorruptedError } from '../errors.js';
import type { Offers } from '../exchange/offers.js';
import { BlockRing, ringBytes } from '../ring/block-ring.js';
import { items, piece } from '../ring/layout.js';
import { closed, type PutSide, type Store, type TakeSide } from '../store.js';
import { LeaseTable, leaseTableBytes } from './lease-table.js';

/** The two ends of a pipe. What end 1 writes, end 0 reads; in a duplex pipe also the reverse. */
export type End = 0 | 1;

/** A cache line of its own for what never changes, then the leases of both ends, then the rings. */
const headerBytes = 64;
const duplexWord = 0;
const ringsFrom = headerBytes + 2 * leaseTableBytes;

/** The shared memory of a pipe, as one thread sees it. */
export class PipeBlock {
  readonly block: SharedBlock;
  readonly duplex: boolean;
  readonly #leases: readonly [LeaseTable, LeaseTable];

  /** @throws QueueCorruptedError when the memory is too small for a pipe. */
  constructor(block: SharedBlock) {
    const { byteLength } = block.bytes;
    if (byteLength < ringsFrom) throw new QueueCorruptedError(`a pipe in ${byteLength} bytes`);
    this.block = block;
    this.duplex = block.words[duplexWord] === 1;
    this.#leases = [this.#leasesAt(0), this.#leasesAt(1)];
  }

  static create(duplex: boolean, capacity: number, scope: Scope): PipeBlock {
    const rings = duplex ? 2 : 1;
    const block = allocate(ringsFrom + rings * ringBytes(capacity), scope);
    block.words[duplexWord] = duplex ? 1 : 0;
    for (let i = 0; i < rings; i += 1) {
      BlockRing.prepare(block, ringsFrom + i * ringBytes(capacity), capacity, 0);
    }
    return new PipeBlock(block);
  }

  leases(end: End): LeaseTable {
    return this.#leases[end];
  }

  /** The same in every thread and process, and for no other pipe. */
  get identity(): string {
    return this.#ring(0).identity;
  }

  /** The channel that an end reads from; undefined when it has none. */
  incoming(end: End): Channel | undefined {
    return this.#channel(end);
  }

  /** The channel that an end writes to; undefined when it has none. */
  outgoing(end: End): Channel | undefined {
    return this.#channel(otherEnd(end));
  }

  /** Makes all threads that wait look again whether the ends are held. */
  wakeAll(): void {
    this.#ring(0).wakeAll();
    if (this.duplex) this.#ring(1).wakeAll();
  }

  /** The channel over the ring that this end reads. */
  #channel(reader: End): Channel | undefined {
    if (reader === 1 && !this.duplex) return undefined;
    const ring = this.#ring(reader);
    return channelOf(ring.identity, () => {
      const store = new PipeStore(ring, this.leases(otherEnd(reader)), this.leases(reader));
      return new Channel(store, this.block, pipeMessages);
    });
  }

  #ring(index: number): BlockRing {
    if (index === 0) return new BlockRing(this.block, ringsFrom);
    return new BlockRing(this.block, ringsFrom + ringBytes(this.#ring(0).capacity));
  }

  #leasesAt(end: End): LeaseTable {
    return new LeaseTable(new BlockWords(this.block, headerBytes + end * leaseTableBytes, leaseTableBytes / 4));
  }
}

function otherEnd(end: End): End {
  return end === 0 ? 1 : 0;
}

/** One direction of a pipe: a ring that counts as closed while no thread has the other end of it. */
class PipeStore implements Store {
  readonly producer: PutSide;
  readonly consumer: TakeSide;
  readonly words: SharedWords;
  readonly maxSize = 0;
  readonly parts: Offers | undefined;
  readonly #ring: BlockRing;
  readonly #writers: LeaseTable;
  readonly #readers: LeaseTable;

  constructor(ring: BlockRing, writers: LeaseTable, readers: LeaseTable) {
    const { producer, consumer } = ring;
    /** There is no point in waiting for more when no thread is left to send it. */
    const unlessGone = (tryOnce: () => number): number => {
      const outcome = tryOnce();
      if ((outcome !== items && outcome !== piece) || !writers.gone) return outcome;
      // Race "last words": what they sent before they went may have come after that look. And what they
      // left half sent is given up first: a consumer in the middle of it must not go and keep the mutex.
      ring.rescue();
      const last = tryOnce();
      return last === items ? closed : last;
    };
    const pop = (): number => consumer.tryPop();
    // This end may be found gone while it is only looked at.
    const peek = (): number => (readers.reported ? closed : consumer.peek());
    this.#ring = ring;
    this.#writers = writers;
    this.#readers = readers;
    this.words = ring.words;
    this.parts = ring.parts;
    this.producer = {
      tryPush: (message) => {
        if (!readers.gone) return producer.tryPush(message);
        producer.leave();
        return closed;
      },
      leave: () => producer.leave(),
      fitsWhole: (message) => producer.fitsWhole(message),
      check: (message) => producer.check(message),
    };
    this.consumer = {
      tryPop: () => unlessGone(pop),
      message: () => consumer.message(),
      peek: () => unlessGone(peek),
      get received() {
        return consumer.received;
      },
      giveBack: () => consumer.giveBack(),
    };
  }

  prepareWait(word: number): number | undefined {
    return this.#ring.prepareWait(word);
  }

  passOn(word: number): void {
    this.#ring.passOn(word);
  }

  rescue(): void {
    this.#ring.rescue();
    this.#writers.refresh();
    this.#readers.refresh();
  }

  watched(word: number): number {
    return this.#ring.watched(word);
  }

  isBrief(word: number): boolean {
    return this.#ring.isBrief(word);
  }

  close(): void {
    this.#ring.close();
  }

  get closed(): boolean {
    return this.#ring.closed;
  }

  get size(): number {
    return this.#ring.size;
  }

  get full(): boolean {
    return this.#ring.full;
  }
}

import { allocate, type Scope, type SharedBlock } from '@manycore/memory';

import { ConnectionClosedError } from '../errors/connection-closed-error.js';
import { BlockRing, ringBytes } from '../ring/block-ring.js';
import { Channel } from '../waiting/channel.js';
import { channelOf } from '../waiting/channels.js';
import type { Wording } from '../waiting/wording.js';
import { holderMemory, Holders, holdersBytes } from './holders.js';
import { PipeStore } from './pipe-store.js';

/** The two ends of a pipe. What end 1 writes, end 0 reads; in a duplex pipe also the reverse. */
export type End = 0 | 1;

/** A line of its own for what never changes, then the holders of both ends, then the rings. */
const headBytes = 64;
const duplexWord = 0;
const ringsFrom = headBytes + 2 * holdersBytes;

/** The shared memory of a pipe, as one thread sees it. */
export class PipeBlock {
  readonly block: SharedBlock;
  readonly duplex: boolean;
  readonly #holders: readonly [Holders, Holders];

  constructor(block: SharedBlock) {
    this.block = block;
    this.duplex = block.words[duplexWord] === 1;
    this.#holders = [this.#holdersAt(0), this.#holdersAt(1)];
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

  holders(end: End): Holders {
    return this.#holders[end];
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

  /** Makes everyone who waits look again who has the ends. */
  wakeAll(): void {
    this.#ring(0).wakeAll();
    if (this.duplex) this.#ring(1).wakeAll();
  }

  /** The channel over the ring that this end reads. */
  #channel(reader: End): Channel | undefined {
    if (reader === 1 && !this.duplex) return undefined;
    const ring = this.#ring(reader);
    return channelOf(ring.identity, () => {
      const store = new PipeStore(ring, this.holders(otherEnd(reader)), this.holders(reader));
      return new Channel(store, this.block, pipeWording);
    });
  }

  #ring(index: number): BlockRing {
    if (index === 0) return new BlockRing(this.block, ringsFrom);
    return new BlockRing(this.block, ringsFrom + ringBytes(this.#ring(0).capacity));
  }

  #holdersAt(end: End): Holders {
    const first = (headBytes + end * holdersBytes) / 4;
    const words = this.block.words.subarray(first, first + holdersBytes / 4);
    return new Holders(holderMemory(words, this.block.owners));
  }
}

const pipeWording: Wording = {
  putWhenClosed: () =>
    new ConnectionClosedError('the other end of the pipe is closed: nobody would receive the value'),
  takeWhenClosed: () =>
    new ConnectionClosedError(
      'the other end of the pipe is closed, and everything that it sent was received',
    ),
  noRoom: 'the pipe had no room for the value',
  nothing: 'nothing was sent',
};

function otherEnd(end: End): End {
  return end === 0 ? 1 : 0;
}

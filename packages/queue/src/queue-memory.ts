import { type Destination, isUint8Array } from '@manycore/core/internal';
import type { Scope, SharedBlock } from '@manycore/memory';
import { BlockWords } from '@manycore/memory/internal';

import { Channel, channelOf } from './channel/channel.js';
import { queueMessages } from './channel/operations.js';
import { QueueCorruptedError } from './errors.js';
import { arrive, depart, type Passage } from './exchange/messages.js';
import { Claims, claimsBytes, claimsWords, UnfinishedCount } from './joinable/unfinished-count.js';
import { orderedBytes } from './ordered/block-cells.js';
import { BlockStore } from './ordered/block-store.js';
import type { Discipline } from './ordered/index-heap.js';
import { type QueueOptions, settingsOf } from './queue-options.js';
import { BlockRing, ringBytes } from './ring/block-ring.js';

/** What crosses when a queue is sent. */
export interface QueueState {
  readonly block: SharedBlock;
  /** What belongs to the values in it: see exchange/. */
  readonly passage: Passage | undefined;
}

/** In which order values are taken; all but those of a plain Queue count which of them are finished. */
export type QueueKind = 'fifo' | 'joinable' | Discipline;

/**
 * The shared memory of a queue: a store, and the claims behind it where values are counted. Also takes the place
 * of the options where a handle arrives.
 */
export class QueueMemory implements QueueOptions {
  readonly block: SharedBlock;
  readonly #kind: QueueKind;
  #claims: Claims | undefined;

  constructor(block: SharedBlock, kind: QueueKind) {
    this.block = block;
    this.#kind = kind;
  }

  /** That of a new queue, or of the one that arrived. */
  static from(options: QueueOptions | undefined, kind: QueueKind): QueueMemory {
    if (options instanceof QueueMemory) return options;
    const settings = settingsOf(options);
    switch (kind) {
      case 'fifo':
        return new QueueMemory(BlockRing.create(settings, 0), kind);
      case 'joinable':
        return new QueueMemory(BlockRing.create(settings, claimsBytes), kind);
      default:
        return new QueueMemory(BlockStore.create(settings, claimsBytes), kind);
    }
  }

  /**
   * That of a handle that has arrived, with this state, from any sender.
   *
   * @throws QueueCorruptedError when it holds no queue.
   */
  static arrived(state: QueueState, kind: QueueKind): QueueMemory {
    const memory = new QueueMemory(arrivedBlock(state), kind);
    arrive(memory.channel().store.parts, state.passage);
    return memory;
  }

  get scope(): Scope {
    return this.block.scope;
  }

  /** This thread's channel to the queue. */
  channel(): Channel {
    const store = this.#store(this.#kind === 'fifo' ? undefined : () => this.#ownClaims().add(1));
    return channelOf(store.identity, () => new Channel(store, this.block, queueMessages));
  }

  /** How many of its values are not finished. */
  unfinishedCount(): UnfinishedCount {
    const store = this.#store();
    return new UnfinishedCount(store.words, store, this.#ownClaims());
  }

  detach(to: Destination): QueueState {
    return { block: this.block, passage: depart(this.channel().store.parts, to) };
  }

  #store(onTake?: () => void): BlockRing | BlockStore {
    const kind = this.#kind;
    if (kind === 'fifo' || kind === 'joinable') return new BlockRing(this.block, 0, onTake);
    return new BlockStore(this.block, kind, onTake);
  }

  #ownClaims(): Claims {
    if (this.#claims) return this.#claims;
    const { capacity } = this.#store();
    const from = this.#kind === 'joinable' ? ringBytes(capacity) : orderedBytes(capacity);
    if (from + claimsBytes > this.block.bytes.byteLength) throw new QueueCorruptedError('a queue without claims');
    return (this.#claims = new Claims(new BlockWords(this.block, from, claimsWords)));
  }
}

/**
 * The memory in the state of a handle that has arrived, from any sender.
 *
 * @throws QueueCorruptedError when it is none.
 */
export function arrivedBlock(state: unknown): SharedBlock {
  const block: unknown = isObject(state) ? state['block'] : undefined;
  const isBlock =
    isObject(block) &&
    block['words'] instanceof Int32Array &&
    isUint8Array(block['bytes']) &&
    isObject(block['parker']) &&
    isObject(block['owners']);
  if (isBlock) return block as unknown as SharedBlock;
  throw new QueueCorruptedError('a handle without memory');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

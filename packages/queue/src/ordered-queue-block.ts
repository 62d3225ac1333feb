import type { Destination } from '@manycore/core/internal';
import type { Scope, SharedBlock } from '@manycore/memory';

import { arrive, depart } from './exchange/passage.js';
import { Ledger, ledgerBytes } from './joinable/ledger.js';
import { Tasks } from './joinable/tasks.js';
import { orderedBytes } from './ordered/block-cells.js';
import { BlockStore } from './ordered/block-store.js';
import type { Discipline } from './ordered/index-heap.js';
import type { QueueState } from './queue-block.js';
import { type QueueOptions, settingsOf } from './queue-options.js';
import { Channel } from './waiting/channel.js';
import { channelOf } from './waiting/channels.js';
import { queueWording } from './waiting/wording.js';

/**
 * The shared memory of a queue with an order of its own: a store, and a ledger behind it. Also stands in for
 * the options where a handle arrives.
 */
export class OrderedQueueBlock implements QueueOptions {
  readonly block: SharedBlock;
  readonly #discipline: Discipline;
  #ledger: Ledger | undefined;

  constructor(block: SharedBlock, discipline: Discipline) {
    this.block = block;
    this.#discipline = discipline;
  }

  /** That of a new queue, or of the one that arrived. */
  static from(options: QueueOptions | undefined, discipline: Discipline): OrderedQueueBlock {
    if (options instanceof OrderedQueueBlock) return options;
    return new OrderedQueueBlock(BlockStore.create(settingsOf(options), ledgerBytes), discipline);
  }

  get scope(): Scope {
    return this.block.scope;
  }

  channel(): Channel {
    const store = this.#store(() => this.#ownLedger().enter(1));
    return channelOf(store.identity, () => new Channel(store, this.block, queueWording));
  }

  tasks(): Tasks {
    return new Tasks(this.#store(), this.#ownLedger());
  }

  detach(to: Destination): QueueState {
    return { block: this.block, passage: depart(this.channel().store.parts, to) };
  }

  /** The handle has arrived with this. */
  arrived({ passage }: QueueState): this {
    arrive(this.channel().store.parts, passage);
    return this;
  }

  #store(onTake?: () => void): BlockStore {
    return new BlockStore(this.block, this.#discipline, onTake);
  }

  #ownLedger(): Ledger {
    return (this.#ledger ??= Ledger.over(this.block, orderedBytes(this.#store().capacity)));
  }
}

import type { Destination } from '@manycore/core';
import type { Scope, SharedBlock } from '@manycore/memory';

import { bufferExchange, type Offer } from './exchange/buffer-exchange.js';
import { BlockStore } from './ordered/block-store.js';
import type { Discipline } from './ordered/index-heap.js';
import type { QueueState } from './queue-block.js';
import { type QueueOptions, settingsOf } from './queue-options.js';
import { Channel } from './waiting/channel.js';
import { channelOf } from './waiting/channels.js';
import { queueWording } from './waiting/wording.js';

/** The shared memory of a queue with an order of its own. Also stands in for the options where a handle arrives. */
export class OrderedQueueBlock implements QueueOptions {
  readonly block: SharedBlock;

  constructor(block: SharedBlock, offers?: readonly Offer[]) {
    this.block = block;
    if (block.scope === 'threads') bufferExchange.open(offers);
  }

  /** That of a new queue, or of the one that arrived. */
  static from(options: QueueOptions | undefined): OrderedQueueBlock {
    if (options instanceof OrderedQueueBlock) return options;
    return new OrderedQueueBlock(BlockStore.create(settingsOf(options)));
  }

  get scope(): Scope {
    return this.block.scope;
  }

  channel(discipline: Discipline): Channel {
    const store = new BlockStore(this.block, discipline);
    return channelOf(store.identity, () => new Channel(store, this.block, queueWording));
  }

  detach(to: Destination): QueueState {
    return { block: this.block, offers: to === 'thread' ? bufferExchange.offers() : [] };
  }
}

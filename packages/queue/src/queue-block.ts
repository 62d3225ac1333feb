import type { Destination } from '@manycore/core';
import type { Scope, SharedBlock } from '@manycore/memory';

import { bufferExchange, type Offer } from './exchange/buffer-exchange.js';
import { type QueueOptions, settingsOf } from './queue-options.js';
import { BlockRing } from './ring/block-ring.js';
import type { Channel } from './waiting/channel.js';
import { ringChannel } from './waiting/channels.js';

/** What crosses when a queue is sent. */
export interface QueueState {
  readonly block: SharedBlock;
  /** The shared memory that belongs to values in it: see exchange/. */
  readonly offers: readonly Offer[];
}

/** The shared memory of a queue. Also stands in for the options where a handle arrives. */
export class QueueBlock implements QueueOptions {
  readonly block: SharedBlock;

  constructor(block: SharedBlock, offers?: readonly Offer[]) {
    this.block = block;
    if (block.scope === 'threads') bufferExchange.open(offers);
  }

  /** That of new queue, or of the one that arrived. */
  static from(options: QueueOptions | undefined): QueueBlock {
    if (options instanceof QueueBlock) return options;
    const { capacity, maxSize, scope } = settingsOf(options);
    return new QueueBlock(BlockRing.create(capacity, maxSize, scope));
  }

  get scope(): Scope {
    return this.block.scope;
  }

  channel(): Channel {
    return ringChannel(this.block);
  }
}

export function detachQueue({ block }: QueueBlock, to: Destination): QueueState {
  return { block, offers: to === 'thread' ? bufferExchange.offers() : [] };
}

export function attachQueue({ block, offers }: QueueState): QueueBlock {
  return new QueueBlock(block, offers);
}

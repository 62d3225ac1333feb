import type { Destination } from '@manycore/core/internal';
import type { Scope, SharedBlock } from '@manycore/memory';

import { arrive, depart, type Passage } from './exchange/passage.js';
import { type QueueOptions, settingsOf } from './queue-options.js';
import { BlockRing } from './ring/block-ring.js';
import { Channel } from './waiting/channel.js';
import { channelOf } from './waiting/channels.js';
import { queueWording } from './waiting/wording.js';

/** What crosses when a queue is sent. */
export interface QueueState {
  readonly block: SharedBlock;
  /** What belongs to the values in it: see exchange/. */
  readonly passage: Passage | undefined;
}

/** The shared memory of a queue. Also stands in for the options where a handle arrives. */
export class QueueBlock implements QueueOptions {
  readonly block: SharedBlock;

  constructor(block: SharedBlock) {
    this.block = block;
  }

  /** That of a new queue, or of the one that arrived. */
  static from(options: QueueOptions | undefined): QueueBlock {
    if (options instanceof QueueBlock) return options;
    return new QueueBlock(BlockRing.create(settingsOf(options), 0));
  }

  get scope(): Scope {
    return this.block.scope;
  }

  channel(): Channel {
    return queueChannel(new BlockRing(this.block));
  }

  detach(to: Destination): QueueState {
    return { block: this.block, passage: depart(this.channel().store.parts, to) };
  }

  /** The handle has arrived with this. */
  arrived({ passage }: QueueState): this {
    arrive(this.channel().store.parts, passage);
    return this;
  }
}

/** This thread's channel to the ring of a queue; the given one is used when it is the first. */
export function queueChannel(ring: BlockRing): Channel {
  return channelOf(ring.identity, () => new Channel(ring, ring.block, queueWording));
}

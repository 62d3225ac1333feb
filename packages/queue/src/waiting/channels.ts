import { sharedState } from '@manycore/core';
import type { SharedBlock } from '@manycore/memory';

import { BlockRing } from '../ring/block-ring.js';
import { Channel } from './channel.js';

/** By identity. Shared by all copies of this package in a thread, as the thread is one owner of locks. */
const channels = sharedState('queue.channels', () => new Map<string, WeakRef<Channel>>());

const forgotten = new FinalizationRegistry<string>((identity) => {
  if (!channels.get(identity)?.deref()) channels.delete(identity);
});

/** This thread's channel to the ring that lies at byte `from` of a block. */
export function ringChannel(block: SharedBlock, from = 0, onTake?: () => void): Channel {
  const identity = BlockRing.identityOf(block, from);
  const known = channels.get(identity)?.deref();
  if (known) return known;
  const channel = new Channel(new BlockRing(block, from, onTake), block);
  channels.set(identity, new WeakRef(channel));
  forgotten.register(channel, identity);
  return channel;
}

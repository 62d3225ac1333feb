import { sharedState } from '@manycore/core/internal';

import type { Channel } from './channel.js';

/** By identity. Shared by all copies of this package in a thread, as the thread is one owner of locks. */
const channels = sharedState('queue.channels', () => new Map<string, WeakRef<Channel>>());

const forgotten = new FinalizationRegistry<string>((identity) => {
  if (!channels.get(identity)?.deref()) channels.delete(identity);
});

/** This thread's channel to the store of an identity; `make` makes it if there is none yet. */
export function channelOf(identity: string, make: () => Channel): Channel {
  const known = channels.get(identity)?.deref();
  if (known) return known;
  const channel = make();
  channels.set(identity, new WeakRef(channel));
  forgotten.register(channel, identity);
  return channel;
}

// How many messages a second go from one thread to another.
import type { Comparisons, Target } from '../harness/comparison.js';
import { throughMessages, throughQueue } from './contenders.js';
import { port } from './messengers.js';
import { multithreadingChannel } from './multithreading.js';
import { payloads } from './payloads.js';

const needed = { '64 B': 1.5, '1 KB': undefined, '1 MB': 2 };

function targets(atLeast: number | undefined): readonly Target[] {
  if (atLeast === undefined) return [];
  return ['Queue, blocking', 'Queue, async'].map((of) => ({ of, to: 'MessagePort', atLeast }));
}

export const comparisons: Comparisons = () =>
  payloads.map((payload) => ({
    id: payload.id,
    title: `Thread to thread, ${payload.name}`,
    unit: 'messages/s',
    better: 'more',
    warmups: 3,
    contenders: [
      throughQueue('threads', 'blocking', payload),
      throughQueue('threads', 'async', payload),
      throughMessages(port('count'), payload),
      ...multithreadingChannel(payload),
    ],
    targets: targets(needed[payload.name]),
  }));

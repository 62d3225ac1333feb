// How many messages a second go from one process to another.
import type { Comparisons, Target } from '../harness/comparison.js';
import { throughMessages, throughQueue } from './contenders.js';
import { cpython } from './cpython.js';
import { ipc } from './messengers.js';
import { payloads } from './payloads.js';
import { socket } from './socket.js';

const needed = { '64 B': 3, '1 KB': undefined, '1 MB': 3 };

function targets(atLeast: number | undefined): readonly Target[] {
  if (atLeast === undefined) return [];
  return ["IPC, 'advanced'", 'CPython Queue'].flatMap((to) =>
    ['Queue, blocking', 'Queue, async'].map((of) => ({ of, to, atLeast })),
  );
}

export const comparisons: Comparisons = () =>
  payloads.map((payload) => ({
    id: payload.id,
    title: `Process to process, ${payload.name}`,
    unit: 'messages/s',
    better: 'more',
    warmups: 3,
    contenders: [
      throughQueue('processes', 'blocking', payload),
      throughQueue('processes', 'async', payload),
      throughMessages(ipc('count'), payload),
      throughMessages(socket, payload),
      ...cpython(payload),
    ],
    targets: targets(needed[payload.name]),
  }));

// How long a small message takes there and back.
import type { Comparisons } from '../harness/comparison.js';
import { backAndForth, backAndForthBy } from './contenders.js';
import { ipc, port } from './messengers.js';

export const comparisons: Comparisons = () => [
  {
    id: 'threads',
    title: 'Thread to thread and back',
    unit: 'µs',
    better: 'less',
    warmups: 10,
    contenders: [
      backAndForth('threads', 'blocking'),
      backAndForth('threads', 'async'),
      backAndForthBy(port('bounce')),
    ],
    targets: ['pipe, threads, blocking', 'pipe, threads, async'].map((of) => ({
      of,
      to: 'MessagePort',
      atMost: 1,
    })),
  },
  {
    id: 'processes',
    title: 'Process to process and back',
    unit: 'µs',
    better: 'less',
    warmups: 10,
    contenders: [
      backAndForth('processes', 'blocking'),
      backAndForth('processes', 'async'),
      backAndForthBy(ipc('bounce')),
    ],
  },
];

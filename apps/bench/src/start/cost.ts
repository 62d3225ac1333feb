// What it costs to start a thread or a process and to wait for its end, beside Node's bare ones.
import { fork } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { type Comparisons, contender } from '../harness/comparison.js';
import { nothing } from './nothing.js';

const empty = new URL('./empty.js', import.meta.url);

async function ended(child: EventEmitter): Promise<void> {
  await once(child, 'exit');
}

export const comparisons: Comparisons = () => [
  {
    id: 'process',
    title: 'Start and join a process',
    unit: 'ms',
    better: 'less',
    rounds: 30,
    contenders: [
      contender('Process', 'ours', () => new Process({ target: nothing }).start().join()),
      contender('child_process.fork', 'peer', () => ended(fork(fileURLToPath(empty)))),
    ],
  },
  {
    id: 'thread',
    title: 'Start and join a thread',
    unit: 'ms',
    better: 'less',
    rounds: 30,
    contenders: [
      contender('Thread', 'ours', () => new Thread({ target: nothing }).start().join()),
      contender('new Worker', 'peer', () => ended(new Worker(empty))),
    ],
  },
];

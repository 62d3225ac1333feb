// What it costs to start a thread or a process and to wait for its end, beside Node's bare ones.
import { fork } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { compare } from './comparison.js';
import { nothing } from './nothing.js';

const empty = new URL('./empty.js', import.meta.url);

async function ended(child: EventEmitter): Promise<void> {
  await once(child, 'exit');
}

await compare({
  title: 'start and join',
  unit: 'ms',
  baseline: 'child_process.fork',
  contenders: [
    { name: 'child_process.fork', run: () => ended(fork(fileURLToPath(empty))) },
    { name: 'Process', run: () => new Process({ target: nothing }).start().join() },
  ],
});

await compare({
  title: 'start and join',
  unit: 'ms',
  baseline: 'new Worker',
  contenders: [
    { name: 'new Worker', run: () => ended(new Worker(empty)) },
    { name: 'Thread', run: () => new Thread({ target: nothing }).start().join() },
  ],
});

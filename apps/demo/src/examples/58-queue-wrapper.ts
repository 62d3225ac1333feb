import { isMain, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { now } from '../time/clock.js';
import { drain, safeClose, safeGet, safePut } from '../monitor/queue-access.js';

interface Facts {
  /** How long the get from the empty queue waited, in milliseconds. */
  readonly waited: number;
}

async function main(): Promise<Facts> {
  const queue = new Queue<string>({ maxSize: 2, scope: 'processes' });
  const start = now();
  console.log(`get from the empty queue: ${(await safeGet(queue)) ?? 'nothing'}`);
  const waited = now() - start;
  const size = (operation: string, left = queue.size): void =>
    record.value('items', operation, left);
  size('get');
  for (const item of ['one', 'two', 'three']) {
    const accepted = await safePut(queue, item);
    console.log(`put ${item}: ${python(accepted)}`);
    size(`put ${item}${accepted ? '' : ', refused'}`);
  }
  console.log(`drain: ${python(await drain(queue))}`);
  size('drain');
  for (const item of ['one', 'two']) {
    await safePut(queue, item);
    size(`put ${item} again`);
  }
  console.log(`close: ${await safeClose(queue)} were left`);
  return { waited };
}

export const example: Example<Facts> = {
  title: 'A queue that never blocks for long',
  purpose:
    'A queue whose get and put never block for long: nothing after 20 ms, false when it is full, and a close that tells what was left.',
  main,
  expected: [
    'get from the empty queue: nothing',
    'put one: True',
    'put two: True',
    'put three: False',
    "drain: ['one', 'two']",
    'close: 2 were left',
  ],
  check: ({ facts }) => [claim('the get waited for 20 ms or more', facts.waited >= 20)],
  python:
    'The wrapper stands around multiprocessing.Queue there and around Queue here; the timeouts are the same.',
  figure: {
    caption:
      'How many items are in the queue after each call. It holds two: the third put is refused.',
    parts: [{ kind: 'levels', counts: 'items in the queue' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

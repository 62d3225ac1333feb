import { isMain, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { now } from '../time/clock.js';
import { drain, safeClose, safeGet, safePut } from './monitor/queue-access.js';

interface Facts {
  /** How long the get from the empty queue waited, in milliseconds. */
  readonly waited: number;
}

async function main(): Promise<Facts> {
  const queue = new Queue<string>({ maxSize: 2, scope: 'processes' });
  const start = now();
  console.log(`get from the empty queue: ${(await safeGet(queue)) ?? 'nothing'}`);
  const waited = now() - start;
  for (const item of ['one', 'two', 'three']) {
    console.log(`put ${item}: ${python(await safePut(queue, item))}`);
  }
  console.log(`drain: ${python(await drain(queue))}`);
  for (const item of ['one', 'two']) await safePut(queue, item);
  console.log(`close: ${await safeClose(queue)} were left`);
  return { waited };
}

export const example: Example<Facts> = {
  title: 'A queue that never blocks for long',
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
};

if (isMain(import.meta)) await runAsProgram(example);

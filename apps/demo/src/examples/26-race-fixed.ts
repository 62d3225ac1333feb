import { Lock } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { each } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { addWithLock, newCounter, parties, perThread } from '../workload/shared-counter.js';

async function main(): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    const counter = newCounter();
    const lock = new Lock();
    const t1 = new Thread({ target: addWithLock, args: [counter, lock] });
    const t2 = new Thread({ target: addWithLock, args: [counter, lock] });
    t1.start();
    t2.start();
    await t1.join();
    await t2.join();
    const x = counter.x[0] ?? NaN;
    console.log(`Iteration ${i}: x = ${x}`);
    record.value('x', i, x);
  }
}

export const example: Example = {
  title: 'The race fixed with a lock',
  purpose:
    'The same two threads with a lock around the increment: reading and writing can no longer be interrupted, and nothing is lost.',
  main,
  expected: [each(10, (i) => `Iteration ${i}: x = 200000`)],
  python: 'The same lock and the same result, ten times 200000.',
  alone: true,
  figure: {
    caption: 'x after each iteration, to the scale of the picture of the race: it is always 200 000.',
    parts: [
      {
        kind: 'dots',
        x: 'iteration',
        y: 'x',
        stems: true,
        yFromZero: true,
        reference: { y: parties * perThread, label: '200,000: nothing lost' },
      },
    ],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

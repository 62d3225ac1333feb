import { Lock } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { each } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { addWithLock, newCounter } from './shared-counter.js';

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
    console.log(`Iteration ${i}: x = ${counter.x[0] ?? NaN}`);
  }
}

export const example: Example = {
  title: 'The race fixed with a lock',
  main,
  expected: [each(10, (i) => `Iteration ${i}: x = 200000`)],
};

if (isMain(import.meta)) await runAsProgram(example);

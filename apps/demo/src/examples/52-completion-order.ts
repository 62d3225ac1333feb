import { asCompleted, isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from './finish-line.js';
import { sleepAndReturn } from './sleeper.js';
import { warm } from './warm-pool.js';

const allSeconds = [5, 4, 3, 2, 1];

async function main(): Promise<void> {
  for (const workers of [5, 2]) {
    await using pool = new ProcessPool({ workers });
    await warm(pool, workers);
    console.log(`${workers} workers`);
    const start = now();
    const futures = allSeconds.map((seconds) => pool.submit(sleepAndReturn, seconds));
    for await (const future of asCompleted(futures)) {
      console.log(await future.result());
    }
    printFinished(start);
  }
}

const sleeping = (seconds: number): string => `Sleeping ${seconds} second(s)...`;
const done = (seconds: number): string => `Done Sleeping...${seconds}`;

export const example: Example = {
  title: 'as_completed with 5, 4, 3, 2, 1 seconds',
  main,
  expected: (scale) => [
    '5 workers',
    anyOrder(...allSeconds.map(sleeping), sequence(...[1, 2, 3, 4, 5].map(done))),
    finished(5, scale),
    '2 workers',
    anyOrder(
      ...allSeconds.map(sleeping),
      sequence(done(4), done(5), anyOrder(done(3), done(2)), done(1)),
    ),
    finished(8, scale),
  ],
  note: 'Five workers sleep side by side, the shortest first. Of two workers one begins with 5 and one with 4, which ends first; 3 and 2 then end together, and 1 comes last.',
};

if (isMain(import.meta)) await runAsProgram(example);

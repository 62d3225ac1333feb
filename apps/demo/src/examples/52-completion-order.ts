import { asCompleted, Barrier, isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { sleepSync } from '../time/sleep.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { ownLane } from '../workload/lane.js';
import { warm } from '../workload/warm-pool.js';

const allSeconds = [5, 4, 3, 2, 1];

/** Sleeps, and records it in the chart of its pool; the first calls begin together. */
export function sleepIn(group: string, seconds: number, begin?: Barrier): string {
  begin?.waitSync();
  console.log(`Sleeping ${seconds} second(s)...`);
  record.during(ownLane(), `${seconds} s`, () => sleepSync(seconds), { group });
  return `Done Sleeping...${seconds}`;
}

async function main(): Promise<void> {
  for (const workers of [5, 2]) {
    await using pool = new ProcessPool({ workers });
    await warm(pool, workers);
    const group = `${workers} workers`;
    console.log(group);
    const start = now();
    const begin = new Barrier(workers, undefined, { scope: 'processes' });
    const futures = allSeconds.map((seconds, index) =>
      pool.submit(sleepIn, group, seconds, index < workers ? begin : undefined),
    );
    for await (const future of asCompleted(futures)) {
      console.log(await future.result());
    }
    printFinished(start, group);
  }
}

const sleeping = (seconds: number): string => `Sleeping ${seconds} second(s)...`;
const done = (seconds: number): string => `Done Sleeping...${seconds}`;

export const example: Example = {
  title: 'as_completed with 5, 4, 3, 2, 1 seconds',
  purpose:
    'Which call is done first? With enough workers the shortest; with two workers it depends on which begin when.',
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
  python:
    'The same orders in both: 1, 2, 3, 4, 5 with five workers, and with two workers 4 first and 1 last.',
  figure: {
    caption:
      'Above five workers, below two, to the same scale. A worker that is done takes the next call.',
    parts: [{ kind: 'timeline' }],
  },
  alone: true,
  note: 'Five workers sleep side by side, the shortest first. Of two workers one begins with 5 and one with 4, which ends first; 3 and 2 then end together, and 1 comes last.',
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { sleepSync } from '../time/sleep.js';
import { warm } from '../workload/warm-pool.js';
import { ownLane } from '../workload/lane.js';

export type Job = readonly [name: string, seconds: number];

const work: readonly Job[] = [
  ['A', 5],
  ['B', 2],
  ['C', 1],
  ['D', 3],
];

export function workLog([name, seconds]: Job): void {
  record.during(ownLane(), `${name}: ${seconds} s`, () => {
    console.log(` Process ${name} waiting ${seconds} seconds`);
    sleepSync(seconds);
    console.log(` Process ${name} Finished.`);
  });
}

async function main(): Promise<void> {
  await using pool = new ProcessPool({ workers: 2 });
  await warm(pool, 2);
  await pool.map(workLog, work);
}

export const example: Example = {
  title: 'A pool of two processes',
  purpose:
    'Four jobs of different lengths on two processes: the pool gives the next job to the process that is free first.',
  main,
  expected: [
    anyOrder(' Process A waiting 5 seconds', ' Process B waiting 2 seconds'),
    ' Process B Finished.',
    ' Process C waiting 1 seconds',
    ' Process C Finished.',
    ' Process D waiting 3 seconds',
    ' Process A Finished.',
    ' Process D Finished.',
  ],
  check: ({ recording, scale }) => {
    const spans = only(recording, 'span');
    const begin = Math.min(...spans.map(({ from }) => from));
    const end = Math.max(...spans.map(({ to }) => to));
    return [
      claim(`the whole took ${scaledSeconds(6, scale)} or more`, end - begin >= 6000 * scale),
    ];
  },
  python:
    'Pool.map gives the same order and takes as long (6.03 s of full seconds); a map over several jobs at once is awaited here.',
  figure: {
    caption:
      'While one worker does A, the other does B, C and then D. The whole ends with D, after six demo seconds.',
    parts: [{ kind: 'timeline', lanes: ['worker 1', 'worker 2'] }],
  },
  alone: true,
  alsoAbout: ['pool'],
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { now } from '../time/clock.js';
import { chartOf, ganttChart, type Span } from '../time/gantt.js';
import { sleepSync } from '../time/sleep.js';
import { warm } from './warm-pool.js';

export type Job = readonly [name: string, seconds: number];

const work: readonly Job[] = [
  ['A', 5],
  ['B', 2],
  ['C', 1],
  ['D', 3],
];

export function workLog([name, seconds]: Job): Span {
  const from = now();
  console.log(` Process ${name} waiting ${seconds} seconds`);
  sleepSync(seconds);
  console.log(` Process ${name} Finished.`);
  return { lane: name, from, to: now() };
}

async function main(): Promise<readonly Span[]> {
  await using pool = new ProcessPool({ workers: 2 });
  await warm(pool, 2);
  const spans = await pool.map(workLog, work);
  console.log(ganttChart(spans).join('\n'));
  return spans;
}

export const example: Example<readonly Span[]> = {
  title: 'A pool of two processes',
  main,
  expected: [
    anyOrder(' Process A waiting 5 seconds', ' Process B waiting 2 seconds'),
    ' Process B Finished.',
    ' Process C waiting 1 seconds',
    ' Process C Finished.',
    ' Process D waiting 3 seconds',
    ' Process A Finished.',
    ' Process D Finished.',
    chartOf('A', 'B', 'C', 'D'),
  ],
  check: ({ facts: spans, scale }) => [
    claim(
      `the whole took ${scaledSeconds(6, scale)} or more`,
      Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from)) >=
        6000 * scale,
    ),
  ],
  alsoAbout: ['pool'],
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { python } from '../spelling/python.js';
import { now } from '../time/clock.js';
import { chartOf, ganttChart, type Span, timed } from '../time/gantt.js';
import { sleepSync } from '../time/sleep.js';

export function work(name: string, seconds: number): Span {
  return timed(name, () => sleepSync(seconds));
}

interface Facts {
  readonly work: readonly [Span, Span];
  readonly joined: readonly [number, number];
}

async function main(): Promise<Facts> {
  const begun = now();
  const p1 = new Process({ target: work, args: ['p1', 1] });
  const p2 = new Process({ target: work, args: ['p2', 2] });
  p1.start();
  p2.start();
  const started = now();
  console.log(`after start: p1 alive ${python(p1.isAlive())}, p2 alive ${python(p2.isAlive())}`);
  console.log('main goes on with work of its own');
  await p1.join();
  const p1Joined = now();
  console.log(`p1 joined: p1 alive ${python(p1.isAlive())}`);
  await p2.join();
  const p2Joined = now();
  console.log(`p2 joined: p2 alive ${python(p2.isAlive())}`);

  const facts: Facts = { work: [await p1.result, await p2.result], joined: [p1Joined, p2Joined] };
  const chart = ganttChart(
    [
      { lane: 'main: starts', from: begun, to: started },
      ...facts.work,
      { lane: 'main: joins p1', from: started, to: p1Joined },
      { lane: 'main: joins p2', from: p1Joined, to: p2Joined },
    ],
    begun,
  );
  console.log(chart.join('\n'));
  return facts;
}

export const example: Example<Facts> = {
  title: 'start returns at once, join waits',
  main,
  expected: [
    'after start: p1 alive True, p2 alive True',
    'main goes on with work of its own',
    'p1 joined: p1 alive False',
    'p2 joined: p2 alive False',
    chartOf('main: starts', 'p1', 'p2', 'main: joins p1', 'main: joins p2'),
  ],
  check: ({ facts, scale }) => {
    const [p1, p2] = facts.work;
    return [
      claim(
        'p1 was joined when its work was over, and p2 as well',
        facts.joined.every((time, index) => time >= (facts.work[index]?.to ?? Infinity)),
      ),
      claim(
        `p1 worked for ${scaledSeconds(1, scale)} or more, p2 for ${scaledSeconds(2, scale)} or more`,
        p1.to - p1.from >= 1000 * scale && p2.to - p2.from >= 2000 * scale,
      ),
    ];
  },
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { chartOf, ganttChart, type Span, timed } from '../time/gantt.js';

export function printSquare(number: number): Span {
  return timed('t1', () => console.log(`Square: ${number * number}`));
}

export function printCube(number: number): Span {
  return timed('t2', () => console.log(`Cube: ${number * number * number}`));
}

interface Facts {
  readonly work: readonly Span[];
  readonly joined: number;
}

async function main(): Promise<Facts> {
  const begun = now();
  const t1 = new Thread({ target: printSquare, args: [10] });
  const t2 = new Thread({ target: printCube, args: [10] });
  t1.start();
  t2.start();
  const started = now();
  await t1.join();
  await t2.join();
  const joined = now();
  console.log('Done!');

  const work = [await t1.result, await t2.result];
  const spans = [
    { lane: 'main runs', from: begun, to: started },
    { lane: 'main idles', from: started, to: joined },
    ...work,
    { lane: 'main resumes', from: joined, to: now() },
  ];
  console.log(ganttChart(spans, begun).join('\n'));
  return { work, joined };
}

export const example: Example<Facts> = {
  title: 'Square and cube in two threads',
  main,
  expected: [
    anyOrder('Square: 100', 'Cube: 1000'),
    'Done!',
    chartOf('main runs', 'main idles', 't1', 't2', 'main resumes'),
  ],
  check: ({ facts: { work, joined } }) => [
    claim(
      'main resumes when t1 and t2 have finished',
      work.every((span) => span.to <= joined),
    ),
  ],
  note: 'The main thread idles without being blocked: its event loop goes on while it awaits the joins.',
};

if (isMain(import.meta)) await runAsProgram(example);

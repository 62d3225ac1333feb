import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function printSquare(number: number): void {
  record.during('t1', 'prints', () => console.log(`Square: ${number * number}`));
}

export function printCube(number: number): void {
  record.during('t2', 'prints', () => console.log(`Cube: ${number * number * number}`));
}

async function main(): Promise<void> {
  const t1 = new Thread({ target: printSquare, args: [10] });
  const t2 = new Thread({ target: printCube, args: [10] });
  record.during('main', 'runs', () => {
    t1.start();
    t2.start();
  });
  await record.during('main', 'idles', async () => {
    await t1.join();
    await t2.join();
  });
  record.during('main', 'resumes', () => console.log('Done!'));
}

export const example: Example = {
  title: 'Square and cube in two threads',
  purpose:
    'The first program again, with threads: main starts both, idles while they work, and resumes when both have ended.',
  main,
  expected: [
    anyOrder('Square: 100', 'Cube: 1000'),
    'Done!',
  ],
  check: ({ recording }) => {
    const spans = only(recording, 'span');
    const resumed = spans.find(({ label }) => label === 'resumes')?.from ?? 0;
    return [
      claim(
        'main resumes when t1 and t2 have finished',
        spans.filter(({ lane }) => lane !== 'main').every(({ to }) => to <= resumed),
      ),
    ];
  },
  python:
    'The same program; the main thread of Python is blocked in join, here it idles with its event loop going on.',
  figure: {
    caption:
      'main runs, idles while it joins, and resumes after the last of the two has printed. Their work is a moment in the life of a thread.',
    parts: [{ kind: 'timeline', lanes: ['main', 't1', 't2'], colorBy: 'label' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

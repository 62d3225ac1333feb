import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
import { only, type Span } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { python } from '../spelling/python.js';
import { sleepSync } from '../time/sleep.js';

export function work(name: string, seconds: number): void {
  record.during(name, 'works', () => sleepSync(seconds));
}

async function main(): Promise<void> {
  const p1 = new Process({ target: work, args: ['p1', 1] });
  const p2 = new Process({ target: work, args: ['p2', 2] });
  record.during('main', 'starts', () => {
    p1.start();
    p2.start();
  });
  console.log(`after start: p1 alive ${python(p1.isAlive())}, p2 alive ${python(p2.isAlive())}`);
  console.log('main goes on with work of its own');
  await record.during('main', 'joins p1', () => p1.join());
  console.log(`p1 joined: p1 alive ${python(p1.isAlive())}`);
  await record.during('main', 'joins p2', () => p2.join());
  console.log(`p2 joined: p2 alive ${python(p2.isAlive())}`);
}

export const example: Example = {
  title: 'start returns at once, join waits',
  purpose:
    'When does main wait? Not when it starts a process, only when it joins one; until then it can do work of its own.',
  main,
  expected: [
    'after start: p1 alive True, p2 alive True',
    'main goes on with work of its own',
    'p1 joined: p1 alive False',
    'p2 joined: p2 alive False',
  ],
  check: ({ recording, scale }) => {
    const spans = only(recording, 'span');
    const find = (lane: string, label: string): Span | undefined =>
      spans.find((span) => span.lane === lane && span.label === label);
    const lasted = (name: string): number =>
      (find(name, 'works')?.to ?? 0) - (find(name, 'works')?.from ?? Infinity);
    return [
      claim(
        'p1 was joined when its work was over, and p2 as well',
        ['p1', 'p2'].every(
          (name) =>
            (find('main', `joins ${name}`)?.to ?? 0) >= (find(name, 'works')?.to ?? Infinity),
        ),
      ),
      claim(
        `p1 worked for ${scaledSeconds(1, scale)} or more, p2 for ${scaledSeconds(2, scale)} or more`,
        lasted('p1') >= 1000 * scale && lasted('p2') >= 2000 * scale,
      ),
    ];
  },
  python:
    'start and join mean the same; here join is awaited, so the event loop of main goes on meanwhile.',
  figure: {
    caption:
      'The two starts take main little time. Its first join ends with p1, its second with p2; the gap before each bar is what starting a process costs.',
    parts: [{ kind: 'timeline', lanes: ['main', 'p1', 'p2'], colorBy: 'label' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

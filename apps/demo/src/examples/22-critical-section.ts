import { Lock } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integerBetween } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { only, type Span } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { burn } from '../workload/cpu-work.js';

const parties = 3;
const visits = 4;

/** How many threads are in the section, the most that ever were, and how many have come to begin. */
const word = { inside: 0, most: 1, arrived: 2 };

/** When a thread entered the section, and when it left. */
export type Stay = readonly [entered: number, left: number];

/** Enters and leaves the section, under the lock if there is one. */
export function visit(words: Int32Array<SharedArrayBuffer>, lock?: Lock): Stay[] {
  Atomics.add(words, word.arrived, 1);
  while (Atomics.load(words, word.arrived) < parties);
  return Array.from({ length: visits }, () => {
    lock?.acquireSync();
    const stay = criticalSection(words);
    lock?.release();
    return stay;
  });
}

function criticalSection(words: Int32Array<SharedArrayBuffer>): Stay {
  const entered = now();
  const inside = Atomics.add(words, word.inside, 1) + 1;
  let most = Atomics.load(words, word.most);
  while (inside > most) most = Atomics.compareExchange(words, word.most, most, inside);
  burn(1);
  const left = now();
  Atomics.sub(words, word.inside, 1);
  return [entered, left];
}

async function main(): Promise<void> {
  await run('without a lock');
  await run('with a lock', new Lock());
}

async function run(group: string, lock?: Lock): Promise<void> {
  const words = new Int32Array(new SharedArrayBuffer(12));
  const threads = Array.from({ length: parties }, () =>
    new Thread({ target: visit, args: lock ? [words, lock] : [words] }).start(),
  );
  const stays = await Promise.all(threads.map((thread) => thread.result));
  console.log(`${group}: at most ${words[word.most] ?? NaN} inside at once`);
  for (const [index, stay] of stays.entries()) {
    for (const [entered, left] of stay) {
      record.span(`t${index + 1}`, '', entered, left, { group });
    }
  }
}

export const example: Example = {
  title: 'Diagram: three threads, one critical section',
  purpose:
    'A critical section is code that only one thread may be in. Three threads log when they enter and leave it, first without a lock, then with one.',
  main,
  expected: [
    line('without a lock: at most {most} inside at once', { most: integerBetween(1, parties) }),
    'with a lock: at most 1 inside at once',
  ],
  check: ({ recording }) => {
    const locked = only(recording, 'span').filter(({ group }) => group === 'with a lock');
    return [
      claim(
        `${parties} threads entered and left ${visits} times`,
        locked.length === parties * visits,
      ),
      claim('with the lock each entered when the one before had left', neverTogether(locked)),
    ];
  },
  python:
    'A lock does the same in both; without one, threads of Python take turns by the interpreter lock, while these really are inside at the same moment.',
  alone: true,
  figure: {
    caption:
      'Which worker is inside when, and below how many are inside at once: without the lock several may be, with it never more than one.',
    parts: [
      { kind: 'timeline', lanes: ['t1', 't2', 't3'], occupancy: 'threads inside at once' },
    ],
  },
};

function neverTogether(spans: readonly Span[]): boolean {
  const inOrder = spans.toSorted((one, other) => one.from - other.from);
  return inOrder.every((span, index) => span.from >= (inOrder[index - 1]?.to ?? 0));
}

if (isMain(import.meta)) await runAsProgram(example);

import { Lock } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integerBetween } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { chartOf, ganttChart, type Span } from '../time/gantt.js';
import { now } from '../time/clock.js';
import { burn } from './cpu-work.js';

const parties = 3;
const visits = 4;

/** How many threads are in the section, the most that ever were, and how many have come to begin. */
const word = { inside: 0, most: 1, arrived: 2 };

/** Enters and leaves the section, under the lock if there is one; the spans are the log. */
export function visit(name: string, words: Int32Array<SharedArrayBuffer>, lock?: Lock): Span[] {
  Atomics.add(words, word.arrived, 1);
  while (Atomics.load(words, word.arrived) < parties);
  return Array.from({ length: visits }, () => {
    lock?.acquireSync();
    const span = criticalSection(name, words);
    lock?.release();
    return span;
  });
}

function criticalSection(lane: string, words: Int32Array<SharedArrayBuffer>): Span {
  const from = now();
  const inside = Atomics.add(words, word.inside, 1) + 1;
  let most = Atomics.load(words, word.most);
  while (inside > most) most = Atomics.compareExchange(words, word.most, most, inside);
  burn(1);
  Atomics.sub(words, word.inside, 1);
  return { lane, from, to: now() };
}

interface Facts {
  readonly locked: readonly Span[];
}

async function main(): Promise<Facts> {
  const free = await run();
  console.log(`without a lock: at most ${free.most} inside at once`);
  console.log(ganttChart(free.log).join('\n'));
  const locked = await run(new Lock());
  console.log(`with a lock: at most ${locked.most} inside at once`);
  console.log(ganttChart(locked.log).join('\n'));
  return { locked: locked.log };
}

async function run(lock?: Lock): Promise<{ most: number; log: Span[] }> {
  const words = new Int32Array(new SharedArrayBuffer(12));
  const threads = Array.from({ length: parties }, (_, index) => {
    const name = `t${index + 1}`;
    return new Thread({ target: visit, args: lock ? [name, words, lock] : [name, words] }).start();
  });
  const logs = await Promise.all(threads.map((thread) => thread.result));
  return { most: words[word.most] ?? NaN, log: logs.flat() };
}

const chart = chartOf('t1', 't2', 't3');

export const example: Example<Facts> = {
  title: 'Diagram: three threads, one critical section',
  main,
  expected: [
    line('without a lock: at most {most} inside at once', { most: integerBetween(1, parties) }),
    chart,
    'with a lock: at most 1 inside at once',
    chart,
  ],
  check: ({ facts: { locked } }) => [
    claim(
      `${parties} threads entered and left ${visits} times`,
      locked.length === parties * visits,
    ),
    claim('with the lock each entered when the one before had left', neverTogether(locked)),
  ],
};

function neverTogether(spans: readonly Span[]): boolean {
  const inOrder = spans.toSorted((one, other) => one.from - other.from);
  return inOrder.every((span, index) => span.from >= (inOrder[index - 1]?.to ?? 0));
}

if (isMain(import.meta)) await runAsProgram(example);

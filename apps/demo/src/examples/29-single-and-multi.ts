import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { type Expectation, line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { now } from '../time/clock.js';
import { chartOf, ganttChart, type Span } from '../time/gantt.js';
import { sleepSync } from '../time/sleep.js';
import { burn } from './cpu-work.js';

export type Kind = 'computing' | 'sleeping';

/** Does the pieces one after the other; the lane tells where. */
export function work(lane: string, kind: Kind, pieces: number): Span[] {
  return Array.from({ length: pieces }, () => {
    const from = now();
    if (kind === 'computing') burn(10);
    else sleepSync(0.5);
    return { lane, from, to: now() };
  });
}

interface Facts {
  readonly single: Record<Kind, readonly Span[]>;
}

const pieces = 4;

async function main(): Promise<Facts> {
  return { single: { computing: await compare('computing'), sleeping: await compare('sleeping') } };
}

/** Does the work as a single sequence, then in two threads. Returns the spans of the sequence. */
async function compare(kind: Kind): Promise<readonly Span[]> {
  const begun = now();
  const single = work('main', kind, pieces);
  const afterSingle = now();
  const threads = ['t1', 't2'].map((name) =>
    new Thread({ target: work, args: [name, kind, pieces / 2], name }).start(),
  );
  const multi = (await Promise.all(threads.map((thread) => thread.result))).flat();
  const afterMulti = now();

  console.log(`${kind}, single-threaded: ${(afterSingle - begun).toFixed(0)} ms`);
  console.log(ganttChart(single, begun).join('\n'));
  console.log(`${kind}, two threads: ${(afterMulti - afterSingle).toFixed(0)} ms`);
  console.log(ganttChart(multi, afterSingle).join('\n'));
  return single;
}

const expectedOf = (kind: Kind): Expectation[] => [
  line(`${kind}, single-threaded: {time} ms`, { time: integer }),
  chartOf('main'),
  line(`${kind}, two threads: {time} ms`, { time: integer }),
  chartOf('t1', 't2'),
];

export const example: Example<Facts> = {
  title: 'One workload as a single sequence, and split over two threads',
  main,
  expected: [...expectedOf('computing'), ...expectedOf('sleeping')],
  check: ({ facts: { single }, scale }) => [
    claim(
      `the single sequence slept for ${scaledSeconds(2, scale)} or more`,
      (single.sleeping.at(-1)?.to ?? 0) - (single.sleeping[0]?.from ?? 0) >= 2000 * scale,
    ),
  ],
  note: "Python's threads do not speed up computing (0.67 s alone, 0.70 s in two threads; two processes 0.39 s), because its interpreter lets one run at a time. Threads of Node compute at once, on as many cores as there are.",
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { type Expectation, line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { now } from '../time/clock.js';
import { sleepSync } from '../time/sleep.js';
import { burn } from '../workload/cpu-work.js';

export type Kind = 'computing' | 'sleeping';

/** Does the pieces one after the other; the lane tells where. */
export function work(lane: string, kind: Kind, first: number, last: number, group: string): void {
  for (let piece = first; piece <= last; piece += 1) {
    record.during(lane, `piece ${piece}`, () => doPiece(kind), { group });
  }
}

function doPiece(kind: Kind): void {
  if (kind === 'computing') burn(10);
  else sleepSync(0.5);
}

async function main(): Promise<void> {
  await compare('computing');
  await compare('sleeping');
}

/** Does the work as a single sequence, then in two threads. */
async function compare(kind: Kind): Promise<void> {
  const single = `${kind}, single-threaded`;
  const begun = now();
  work('main', kind, 1, 4, single);
  console.log(`${single}: ${(now() - begun).toFixed(0)} ms`);

  const multi = `${kind}, two threads`;
  const begunAgain = now();
  const t1 = new Thread({ target: work, args: ['t1', kind, 1, 2, multi] });
  const t2 = new Thread({ target: work, args: ['t2', kind, 3, 4, multi] });
  t1.start();
  t2.start();
  await t1.join();
  await t2.join();
  console.log(`${multi}: ${(now() - begunAgain).toFixed(0)} ms`);
}

const expectedOf = (kind: Kind): Expectation[] => [
  line(`${kind}, single-threaded: {time} ms`, { time: integer }),
  line(`${kind}, two threads: {time} ms`, { time: integer }),
];

export const example: Example = {
  title: 'One workload as a single sequence, and split over two threads',
  purpose:
    'The same work as one sequence and split over two threads, once with a processor that is busy, once with a thread that only waits.',
  main,
  expected: [...expectedOf('computing'), ...expectedOf('sleeping')],
  check: ({ recording, scale }) => {
    const slept = only(recording, 'span').filter(
      ({ group }) => group === 'sleeping, single-threaded',
    );
    return [
      claim(
        `the single sequence slept for ${scaledSeconds(2, scale)} or more`,
        (slept.at(-1)?.to ?? 0) - (slept[0]?.from ?? Infinity) >= 2000 * scale,
      ),
    ];
  },
  python:
    'Sleeping is the same; computing is not sped up by threads in Python (0.67 s alone, 0.70 s in two threads, 0.39 s in two processes), threads of Node compute on as many cores as there are.',
  alone: true,
  figure: {
    caption:
      'Four pieces of work in each chart, all to one scale. Split over two threads, each does two of them, whether they compute or sleep.',
    parts: [{ kind: 'timeline', lanes: ['main', 't1', 't2'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

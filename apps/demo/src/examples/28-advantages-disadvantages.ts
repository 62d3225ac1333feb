import { Lock, Semaphore } from '@manycore/sync';
import { isMain, Thread, TimeoutError } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { anyOrder, line } from '../expectation/expectation.js';
import { atLeast, integerBetween } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { timeScale } from '../time/scale.js';
import { now } from '../time/clock.js';
import { burn } from '../workload/cpu-work.js';

export function doNothing(): void {
  // What a thread costs that has nothing to do.
}

/** Holds its own lock and wants the other's: after so many demo seconds it gives up. */
export function wantBoth(
  names: readonly [own: string, other: string],
  locks: readonly [own: Lock, other: Lock],
  semaphores: readonly [holdsOwn: Semaphore, otherHolds: Semaphore],
  patience: number,
): void {
  const [own, other] = names;
  const thread = `wants ${own}, then ${other}`;
  const group = 'two locks in opposite order';
  locks[0].acquireSync();
  const acquired = now();
  semaphores[0].release();
  semaphores[1].acquireSync(); // From here on each holds what the other wants.
  console.log(`holds ${own}, wants ${other}`);
  const waiting = now();
  record.span(thread, `holds ${own}`, acquired, waiting, { group });
  try {
    locks[1].acquireSync({ timeout: patience * timeScale() * 1000 });
    record.span(thread, `waits for ${other}`, waiting, now(), { group });
    record.moment(thread, `got ${other}`, { group });
    console.log(`holds ${own}, got ${other}`);
    locks[1].release();
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    record.span(thread, `waits for ${other}`, waiting, now(), { group });
    record.moment(thread, `gives up ${other}`, { group });
    console.log(`holds ${own}, gives up ${other} and releases ${own}`);
  }
  locks[0].release();
}

async function main(): Promise<void> {
  console.log('advantage: main stays responsive');
  await responsiveness();
  console.log('disadvantage: two locks in opposite order');
  await deadlock();
  console.log('disadvantage: threads cost');
  await cost();
}

/** The ticks of a clock in the main thread, while the work is done there, and in a thread. */
async function responsiveness(): Promise<void> {
  let ticks = 0;
  const group = 'a clock in main, every 5 ms';
  const clock = setInterval(() => {
    ticks += 1;
    record.moment('ticks', '', { group });
  }, 5);
  record.during('work', 'in main', () => burn(30), { group });
  console.log(`  ticks while main works itself: ${ticks}`);
  const thread = new Thread({ target: burn, args: [30] });
  await record.during('work', 'in a thread', () => thread.start().join(), { group });
  console.log(`  ticks while a thread works: ${ticks}`);
  clearInterval(clock);
}

async function deadlock(): Promise<void> {
  const [a, b] = [new Lock(), new Lock()];
  const [holdsA, holdsB] = [new Semaphore(0), new Semaphore(0)];
  const t1 = new Thread({ target: wantBoth, args: [['A', 'B'], [a, b], [holdsA, holdsB], 1] });
  const t2 = new Thread({ target: wantBoth, args: [['B', 'A'], [b, a], [holdsB, holdsA], 60] });
  t1.start();
  t2.start();
  await t1.result;
  await t2.result;
}

async function cost(): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 11; i += 1) {
    const start = now();
    await new Thread({ target: doNothing }).start().join();
    times.push(now() - start);
    record.value('ms', `start ${String(i + 1).padStart(2)}`, now() - start);
  }
  const median = times.sort((one, other) => one - other)[5] ?? NaN;
  console.log(`  to start and join one takes ${median.toFixed(1)} ms`);
}

export const example: Example = {
  title: 'Advantages and disadvantages of threads',
  purpose:
    'What threads are good for, and what they cost: main stays responsive while a thread works; two locks taken in opposite order can block each other; and starting a thread takes time.',
  main,
  expected: [
    'advantage: main stays responsive',
    '  ticks while main works itself: 0',
    line('  ticks while a thread works: {ticks}', { ticks: integerBetween(1, Infinity) }),
    'disadvantage: two locks in opposite order',
    anyOrder('holds A, wants B', 'holds B, wants A'),
    'holds A, gives up B and releases A',
    'holds B, got A',
    'disadvantage: threads cost',
    line('  to start and join one takes {time} ms', { time: atLeast(0) }),
  ],
  python:
    'The same advantages and the same deadlock, bounded by a timeout; a thread of Python starts in less than a millisecond, because it brings no isolate of its own.',
  note: 'Without its timeout the first thread would wait forever, and the second as well: a deadlock. With it, one gives up and the other goes on.',
  alone: true,
  figure: {
    caption:
      'First, the clock of main: it stands still while main works, and ticks while a thread does. Then the deadlock: each holds what the other wants, until one gives up. Last, what starting and joining a thread costs, eleven times.',
    parts: [
      { kind: 'timeline', colorBy: 'label' },
      { kind: 'bars', axis: 'milliseconds to start and join a thread', unit: 'ms', digits: 0 },
    ],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

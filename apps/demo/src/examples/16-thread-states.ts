import { setTimeout as delay } from 'node:timers/promises';
import { cpuCount } from '@manycore/process';
import { isMain, Thread, type ThreadState } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { notAvailable, threadFilesAvailable } from '../operating-system/thread-files.js';
import { record } from '../recording/recorder.js';
import { only, type Recording } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';

const word = { mayWait: 0, mayEnd: 1 };

/** Spins until it may wait, then waits until it may end. */
export function spinThenWait(words: Int32Array<SharedArrayBuffer>): void {
  while (Atomics.load(words, word.mayWait) === 0);
  Atomics.wait(words, word.mayEnd, 0);
}

type Spinner = Thread<typeof spinThenWait>;

/** Looks at the states of threads every millisecond, and records the changes. */
class Observer {
  readonly #last = new Map<Spinner, { state: ThreadState; since: number }>();
  readonly #changes = new Map<string, number>();

  constructor(threads: readonly Spinner[]) {
    for (const thread of threads) this.#last.set(thread, { state: thread.state, since: now() });
  }

  async watchUntil(done: () => boolean): Promise<void> {
    do {
      await delay(1);
      this.#look();
    } while (!done());
    this.#look();
  }

  /** How often a thread was seen to change from one state to the other. */
  count(from: ThreadState, to: ThreadState): number {
    return this.#changes.get(`${from} ${to}`) ?? 0;
  }

  #look(): void {
    for (const [thread, { state, since }] of this.#last) {
      const next = thread.state;
      if (next === state) continue;
      this.#changes.set(`${state} ${next}`, this.count(state, next) + 1);
      record.span(thread.name, state, since, now());
      record.message(state, next, '');
      this.#last.set(thread, { state: next, since: now() });
    }
  }
}

async function main(): Promise<void> {
  if (!threadFilesAvailable) {
    console.log(notAvailable);
    return;
  }
  const words = new Int32Array(new SharedArrayBuffer(8));
  // More than there are cores: some must wait for one.
  const threads = Array.from(
    { length: cpuCount() + 2 },
    () => new Thread({ target: spinThenWait, args: [words] }),
  );
  const observer = new Observer(threads);
  for (const thread of threads) thread.start();
  await observer.watchUntil(
    () => observer.count('ready', 'running') > 0 && observer.count('running', 'ready') > 0,
  );
  Atomics.store(words, word.mayWait, 1);
  await observer.watchUntil(() => threads.every((thread) => thread.state === 'waiting'));
  Atomics.store(words, word.mayEnd, 1);
  Atomics.notify(words, word.mayEnd);
  await observer.watchUntil(() => threads.every((thread) => thread.state === 'done'));
  for (const thread of threads) await thread.join();

  console.log(`${threads.length} threads: start, ready, running, waiting, done`);
  console.log(`ready → running: ${observer.count('ready', 'running')}`);
  console.log(`running → ready: ${observer.count('running', 'ready')}`);
  console.log(`waiting → done: ${observer.count('waiting', 'done')}`);
}

export const example: Example = {
  title: 'Thread states: start, ready, running, waiting, done',
  purpose:
    'What a thread goes through: it is made, becomes ready, gets a core and loses it again, waits for something, and ends. There are more threads than cores, so that some must stand ready.',
  main,
  expected: threadFilesAvailable
    ? [
        line('{count} threads: start, ready, running, waiting, done', { count: integer }),
        line('ready → running: {n}', { n: integer }),
        line('running → ready: {n}', { n: integer }),
        line('waiting → done: {n}', { n: integer }),
      ]
    : [notAvailable],
  check: ({ recording }) =>
    threadFilesAvailable
      ? [
          claim('every thread left start, and none came back', !changed(recording, 'to', 'start')),
          claim('every thread ended, and none left done', !changed(recording, 'from', 'done')),
        ]
      : [],
  python:
    'The states are those of any thread; Python does not show them, here thread.state reads them from the operating system.',
  alone: true,
  figure: {
    caption:
      'The states with the changes that were seen, and how often; below, the state of each thread over time, looked at every millisecond.',
    parts: [
      { kind: 'graph', across: true },
      { kind: 'timeline', colorBy: 'label' },
    ],
  },
};

function changed(recording: Recording, end: 'from' | 'to', state: ThreadState): boolean {
  return only(recording, 'message').some((change) => change[end] === state);
}

if (isMain(import.meta)) await runAsProgram(example);

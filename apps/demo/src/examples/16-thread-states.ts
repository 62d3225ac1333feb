import { setTimeout as delay } from 'node:timers/promises';
import { cpuCount } from '@manycore/process';
import { isMain, Thread, type ThreadState } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer, padded } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { notAvailable, threadFilesAvailable } from './thread-files.js';

const word = { mayWait: 0, mayEnd: 1 };

/** Spins until it may wait, then waits until it may end. */
export function spinThenWait(words: Int32Array<SharedArrayBuffer>): void {
  while (Atomics.load(words, word.mayWait) === 0);
  Atomics.wait(words, word.mayEnd, 0);
}

type Transitions = Record<string, number>;

async function main(): Promise<Transitions> {
  if (!threadFilesAvailable) {
    console.log(notAvailable);
    return {};
  }
  const words = new Int32Array(new SharedArrayBuffer(8));
  // More than there are cores: some must wait for one.
  const threads = Array.from(
    { length: cpuCount() + 2 },
    () => new Thread({ target: spinThenWait, args: [words] }),
  );
  const recorder = new Recorder(threads);
  for (const thread of threads) thread.start();
  await recorder.watchUntil(
    () => recorder.saw('ready', 'running') && recorder.saw('running', 'ready'),
  );
  Atomics.store(words, word.mayWait, 1);
  await recorder.watchUntil(() => threads.every((thread) => thread.state === 'waiting'));
  Atomics.store(words, word.mayEnd, 1);
  Atomics.notify(words, word.mayEnd);
  await recorder.watchUntil(() => threads.every((thread) => thread.state === 'done'));
  for (const thread of threads) await thread.join();
  draw(recorder.transitions);
  return recorder.transitions;
}

/** Looks at the threads' states every millisecond, and counts the changes. */
class Recorder {
  readonly transitions: Transitions = {};
  readonly #last = new Map<Thread<typeof spinThenWait>, ThreadState>();

  constructor(threads: readonly Thread<typeof spinThenWait>[]) {
    for (const thread of threads) this.#last.set(thread, thread.state);
  }

  async watchUntil(done: () => boolean): Promise<void> {
    do {
      await delay(1);
      this.#look();
    } while (!done());
    this.#look();
  }

  saw(from: ThreadState, to: ThreadState): boolean {
    return this.transitions[`${from} → ${to}`] !== undefined;
  }

  #look(): void {
    for (const [thread, before] of this.#last) {
      const { state } = thread;
      if (state === before) continue;
      const transition = `${before} → ${state}`;
      this.transitions[transition] = (this.transitions[transition] ?? 0) + 1;
      this.#last.set(thread, state);
    }
  }
}

function draw(transitions: Transitions): void {
  const count = (name: string): string => String(transitions[name] ?? 0).padEnd(4);
  const into = (state: ThreadState): string => String(sum(transitions, ` → ${state}`)).padEnd(4);
  console.log(`start ─→ ready ⇄ running ─→ waiting ─→ done`);
  console.log(`ready → running ${count('ready → running')}`.trimEnd());
  console.log(`running → ready ${count('running → ready')}`.trimEnd());
  console.log(`into waiting    ${into('waiting')}`.trimEnd());
  console.log(`into done       ${into('done')}`.trimEnd());
}

function sum(transitions: Transitions, ending: string): number {
  return Object.entries(transitions)
    .filter(([name]) => name.endsWith(ending))
    .reduce((total, [, count]) => total + count, 0);
}

const n = { n: padded(integer) };

export const example: Example<Transitions> = {
  title: 'Thread states: start, ready, running, waiting, done',
  main,
  expected: threadFilesAvailable
    ? [
        'start ─→ ready ⇄ running ─→ waiting ─→ done',
        line('ready → running {n}', n),
        line('running → ready {n}', n),
        line('into waiting    {n}', n),
        line('into done       {n}', n),
      ]
    : [notAvailable],
  check: ({ facts }) =>
    threadFilesAvailable
      ? [
          claim('every thread left start, and none came back', sum(facts, ' → start') === 0),
          claim('every thread ended, and none left done', noneFrom(facts, 'done')),
        ]
      : [],
};

function noneFrom(transitions: Transitions, state: ThreadState): boolean {
  return !Object.keys(transitions).some((name) => name.startsWith(`${state} →`));
}

if (isMain(import.meta)) await runAsProgram(example);

import { cpuCount } from '@manycore/process';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { each, line } from '../expectation/expectation.js';
import { integer, padded } from '../expectation/placeholder.js';
import {
  nativeThreadId,
  notAvailable,
  statusNumberOf,
  threadFilesAvailable,
} from '../operating-system/thread-files.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { sleepSync } from '../time/sleep.js';
import { burn } from '../workload/cpu-work.js';

/** How often a thread gave up its core by itself, and how often it was taken away. */
export interface Switches {
  readonly voluntary: number;
  readonly involuntary: number;
}

/** Computes, sleeping once a round if asked to, and returns the switches meanwhile. */
export function work(rounds: number, sleeps: boolean): Switches {
  const before = switchesOf(nativeThreadId());
  for (let round = 0; round < rounds; round += 1) {
    burn(1);
    if (sleeps) sleepSync(0.01);
  }
  const after = switchesOf(nativeThreadId());
  return {
    voluntary: after.voluntary - before.voluntary,
    involuntary: after.involuntary - before.involuntary,
  };
}

function switchesOf(id: number): Switches {
  return {
    voluntary: statusNumberOf(id, 'voluntary_ctxt_switches'),
    involuntary: statusNumberOf(id, 'nonvoluntary_ctxt_switches'),
  };
}

const rounds = 20;
const busyThreads = cpuCount() + 2;

async function main(): Promise<readonly Switches[]> {
  if (!threadFilesAvailable) {
    console.log(notAvailable);
    return [];
  }
  // More busy threads than cores, and one that sleeps between its rounds.
  const threads = Array.from({ length: busyThreads + 1 }, (_, index) =>
    new Thread({ target: work, args: [rounds, index === busyThreads] }).start(),
  );
  const results = await Promise.all(threads.map((thread) => thread.result));
  for (const [index, { voluntary, involuntary }] of results.entries()) {
    const kind = index === busyThreads ? 'sleeps' : 'busy  ';
    const counts = `${String(voluntary).padStart(4)} voluntary ${String(involuntary).padStart(4)} involuntary`;
    console.log(`${kind} ${counts}`);
    const name = index === busyThreads ? 'sleeps' : `busy ${index + 1}`;
    record.value('switches', name, voluntary, { group: 'voluntary' });
    record.value('switches', name, involuntary, { group: 'involuntary' });
  }
  return results;
}

const counts = { voluntary: padded(integer), involuntary: padded(integer) };

export const example: Example<readonly Switches[]> = {
  title: 'Context switching: voluntary and not',
  purpose:
    'A core changes from one thread to another: because the thread waits (voluntary), or because its time is over (involuntary).',
  main,
  expected: threadFilesAvailable
    ? [
        each(busyThreads, () =>
          line('busy   {voluntary} voluntary {involuntary} involuntary', counts),
        ),
        line('sleeps {voluntary} voluntary {involuntary} involuntary', counts),
      ]
    : [notAvailable],
  check: ({ facts }) =>
    threadFilesAvailable
      ? [
          claim(
            `the one that sleeps gave up its core ${rounds} times or more`,
            (facts.at(-1)?.voluntary ?? 0) >= rounds,
          ),
          claim(
            'busy threads were interrupted',
            facts.slice(0, -1).some(({ involuntary }) => involuntary > 0),
          ),
        ]
      : [],
  python:
    'The same counters of the operating system; in Python the interpreter lock adds switches of its own between threads that compute.',
  note: 'There are more busy threads than cores, so the system takes the core away from one to let another run.',
  alone: true,
  figure: {
    caption:
      'The switches of each thread. The one that sleeps gives its core up by itself; from the busy ones it is taken.',
    parts: [{ kind: 'bars', axis: 'switches', unit: '', groups: ['voluntary', 'involuntary'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

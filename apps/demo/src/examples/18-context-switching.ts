import { cpuCount } from '@manycore/process';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { each, line } from '../expectation/expectation.js';
import { integer, padded } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { sleepSync } from '../time/sleep.js';
import { burn } from './cpu-work.js';
import {
  nativeThreadId,
  notAvailable,
  statusNumberOf,
  threadFilesAvailable,
} from './thread-files.js';

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
  }
  return results;
}

const counts = { voluntary: padded(integer), involuntary: padded(integer) };

export const example: Example<readonly Switches[]> = {
  title: 'Context switching: voluntary and not',
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
  note: 'There are more busy threads than cores, so the system takes the core away from one to let another run.',
};

if (isMain(import.meta)) await runAsProgram(example);

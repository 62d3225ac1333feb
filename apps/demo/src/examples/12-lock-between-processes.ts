import { Value } from '@manycore/memory';
import { isMain, Process } from '@manycore/process';
import { Lock } from '@manycore/sync';
import type { Example } from '../catalogue/example.js';
import { each, line } from '../expectation/expectation.js';
import { integerBetween } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';

const start = 200;
const times = 100;
const rounds = 2;

/** The balance, and how many processes have come to change it. */
export interface Account {
  readonly balance: Value<'i32'>;
  readonly arrived: Value<'i32'>;
}

/** A balance that was written, and when. */
export type Written = readonly [time: number, balance: number];

/** Adds the amount so often, one at a time: reads the balance, and writes the new one. */
export function change({ balance, arrived }: Account, amount: number, lock?: Lock): Written[] {
  const history: Written[] = [];
  arrived.updateSync((count) => count + 1);
  while (arrived.value < 2); // They begin together.
  for (let i = 0; i < times; i += 1) {
    lock?.acquireSync();
    const value = balance.value + amount;
    balance.value = value;
    history.push([now(), value]);
    lock?.release();
  }
  return history;
}

async function main(): Promise<void> {
  for (let i = 1; i <= rounds; i += 1) await run('without a lock', i);
  for (let i = 1; i <= rounds; i += 1) {
    await run('with a lock', i, new Lock({ scope: 'processes' }));
  }
}

async function run(title: string, round: number, lock?: Lock): Promise<void> {
  const account = {
    balance: new Value('i32', start, { scope: 'processes' }),
    arrived: new Value('i32', 0, { scope: 'processes' }),
  };
  const p1 = new Process({ target: change, args: [account, -1, lock] });
  const p2 = new Process({ target: change, args: [account, 1, lock] });
  p1.start();
  p2.start();
  const history = [...(await p1.result), ...(await p2.result)];
  await p1.join();
  await p2.join();
  console.log(`${title}: balance = ${account.balance.value}`);

  history.sort(([one], [other]) => one - other);
  for (const [index, [, balance]] of history.entries()) {
    record.value(`run ${round}`, index + 1, balance, { group: title });
  }
}

export const example: Example = {
  title: 'A lock between two processes',
  purpose:
    'One process adds to a balance, another subtracts as often. Reading and writing are two steps, so without a lock one can overwrite what the other wrote.',
  main,
  expected: [
    each(rounds, () =>
      line('without a lock: balance = {balance}', {
        balance: integerBetween(start - times, start + times),
      }),
    ),
    each(rounds, () => `with a lock: balance = ${start}`),
  ],
  python:
    'The same lock and the same Value in shared memory; a lost change shows as 199 or 201 often in Python, and here as far as the two processes really meet.',
  note: 'Without the lock, 200 is what may come out all the same: nothing forces the loss.',
  alone: true,
  alsoAbout: ['synchronisation'],
  figure: {
    caption:
      'Every balance that was written, in the order of time. With the lock each run ends where it began, at 200.',
    parts: [{ kind: 'steps', x: 'write', y: 'balance' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

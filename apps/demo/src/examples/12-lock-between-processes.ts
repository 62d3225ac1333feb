import { Value } from '@manycore/memory';
import { isMain, Process } from '@manycore/process';
import { Lock } from '@manycore/sync';
import type { Example } from '../catalogue/example.js';
import { each, line } from '../expectation/expectation.js';
import { integerBetween } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';

const start = 200;
const times = 100;
const rounds = 2;

/** The balance, and how many processes have come to change it. */
export interface Account {
  readonly balance: Value<'i32'>;
  readonly arrived: Value<'i32'>;
}

/** Adds the amount so often, one at a time: reads the balance, and writes the new one. */
export function change({ balance, arrived }: Account, amount: number, lock?: Lock): void {
  arrived.updateSync((count) => count + 1);
  while (arrived.value < 2); // They begin together.
  for (let i = 0; i < times; i += 1) {
    lock?.acquireSync();
    balance.value = balance.value + amount;
    lock?.release();
  }
}

async function main(): Promise<void> {
  for (let i = 0; i < rounds; i += 1) await run('without a lock');
  for (let i = 0; i < rounds; i += 1) await run('with a lock', new Lock({ scope: 'processes' }));
}

async function run(title: string, lock?: Lock): Promise<void> {
  const account = {
    balance: new Value('i32', start, { scope: 'processes' }),
    arrived: new Value('i32', 0, { scope: 'processes' }),
  };
  const p1 = new Process({ target: change, args: [account, -1, lock] });
  const p2 = new Process({ target: change, args: [account, 1, lock] });
  p1.start();
  p2.start();
  await p1.join();
  await p2.join();
  console.log(`${title}: balance = ${account.balance.value}`);
}

export const example: Example = {
  title: 'A lock between two processes',
  main,
  expected: [
    each(rounds, () =>
      line('without a lock: balance = {balance}', {
        balance: integerBetween(start - times, start + times),
      }),
    ),
    each(rounds, () => `with a lock: balance = ${start}`),
  ],
  note: 'Without the lock a change is lost now and then: 199 or 201 are what Python often prints, and 200 is what may come out all the same.',
  alsoAbout: ['synchronisation'],
};

if (isMain(import.meta)) await runAsProgram(example);

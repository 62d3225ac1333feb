import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function invert(number: number): number {
  if (number === 0) throw new RangeError('division by zero');
  return 1 / number;
}

interface Facts {
  readonly isRangeError: boolean;
}

async function main(): Promise<Facts> {
  await using pool = new ProcessPool({ workers: 2 });
  const results = pool.imap(invert, [1, 2, 0, 4]);
  console.log('the work is given out, nothing is raised');
  let isRangeError = false;
  try {
    for await (const result of results) console.log(`result: ${result}`);
  } catch (error) {
    isRangeError = error instanceof RangeError;
    console.log(`raised while iterating: ${String(error)}`);
  }
  return { isRangeError };
}

export const example: Example<Facts> = {
  title: 'An exception surfaces when its result is read',
  main,
  expected: [
    'the work is given out, nothing is raised',
    'result: 1',
    'result: 0.5',
    'raised while iterating: RangeError: division by zero',
  ],
  check: ({ facts }) => [
    claim('what was thrown there arrives as the same class here', facts.isRangeError),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

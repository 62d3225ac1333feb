import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
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
  const numbers = [1, 2, 0, 4];
  for (const number of numbers) record.message('main', 'pool', `invert(${number})`);
  const results = pool.imap(invert, numbers);
  console.log('the work is given out, nothing is raised');
  let isRangeError = false;
  try {
    for await (const result of results) {
      console.log(`result: ${result}`);
      record.message('pool', 'main', `result ${result}`);
    }
  } catch (error) {
    isRangeError = error instanceof RangeError;
    console.log(`raised while iterating: ${String(error)}`);
    record.message('pool', 'main', String(error));
  }
  return { isRangeError };
}

export const example: Example<Facts> = {
  title: 'An exception surfaces when its result is read',
  purpose:
    'What happens to an exception in a worker? It waits with its result, and is raised where that is read.',
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
  python:
    'The same moment of surprise; ZeroDivisionError is a RangeError here, of the same class in main as in the worker.',
  figure: {
    caption:
      'Four calls are given to the pool. The results that come before the failed one can be read; the failure ends the loop.',
    parts: [{ kind: 'sequence', lanes: ['main', 'pool'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

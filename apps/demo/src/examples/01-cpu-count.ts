import { cpuCount, isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { line } from '../expectation/expectation.js';
import { integerBetween } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';

function main(): Promise<void> {
  console.log(`Number of cpu :  ${cpuCount()}`);
  return Promise.resolve();
}

export const example: Example = {
  title: 'CPU count',
  main,
  expected: [line('Number of cpu :  {count}', { count: integerBetween(1, Infinity) })],
};

if (isMain(import.meta)) await runAsProgram(example);

import { cpus } from 'node:os';
import { cpuCount, isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { line } from '../expectation/expectation.js';
import { integerBetween } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

function main(): Promise<void> {
  console.log(`Number of cpu :  ${cpuCount()}`);

  for (const [index, { times }] of cpus().entries()) {
    const total = Object.values(times).reduce((sum, each) => sum + each, 0);
    record.value('busy', `core ${index}`, (100 * (total - times.idle)) / total);
  }
  return Promise.resolve();
}

export const example: Example = {
  title: 'CPU count',
  purpose: 'How many things can really happen at once: the number that pools start from.',
  main,
  expected: [line('Number of cpu :  {count}', { count: integerBetween(1, Infinity) })],
  python:
    'The same number as multiprocessing.cpu_count(), except that a process which may use only some of the cores (CPU affinity, the limit of a container) is told so here.',
  figure: {
    caption: 'The cores that the operating system reports, and how busy each has been since it started.',
    parts: [{ kind: 'bars', axis: 'percent of the time', unit: '%', digits: 0 }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

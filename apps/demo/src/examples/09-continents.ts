import { currentProcess, isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { anyOrder } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function printContinent(continent = 'Asia'): void {
  console.log(`The name of continent is :  ${continent}`);
  record.moment(currentProcess().name, continent);
}

async function main(): Promise<void> {
  const processes = [new Process({ target: printContinent })]; // Without args: the default is taken.
  for (const name of ['America', 'Europe', 'Africa']) {
    processes.push(new Process({ target: printContinent, args: [name] }));
  }
  for (const p of processes) {
    p.start();
    record.life(p);
  }
  for (const p of processes) await p.join();
}

export const example: Example = {
  title: 'Continents: a default argument, a list of processes',
  purpose:
    'Many processes from one function: start them all, then join them all. The one without an argument takes the default.',
  main,
  expected: [
    anyOrder(
      'The name of continent is :  Asia',
      'The name of continent is :  America',
      'The name of continent is :  Europe',
      'The name of continent is :  Africa',
    ),
  ],
  python: 'The same program; a default argument of JavaScript takes the place of that of Python.',
  figure: {
    caption: 'Four processes side by side, and the moment at which each prints its continent.',
    parts: [{ kind: 'timeline' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

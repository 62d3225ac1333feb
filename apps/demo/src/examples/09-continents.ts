import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { anyOrder } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function printContinent(continent = 'Asia'): void {
  console.log(`The name of continent is :  ${continent}`);
}

async function main(): Promise<void> {
  const processes = [new Process({ target: printContinent })]; // Without args: the default is taken.
  for (const name of ['America', 'Europe', 'Africa']) {
    processes.push(new Process({ target: printContinent, args: [name] }));
  }
  for (const p of processes) p.start();
  for (const p of processes) await p.join();
}

export const example: Example = {
  title: 'Continents: a default argument, a list of processes',
  main,
  expected: [
    anyOrder(
      'The name of continent is :  Asia',
      'The name of continent is :  America',
      'The name of continent is :  Europe',
      'The name of continent is :  Africa',
    ),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

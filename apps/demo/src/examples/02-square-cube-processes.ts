import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { anyOrder } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function printSquare(number: number): void {
  console.log(`Square: ${number * number}`);
}

export function printCube(number: number): void {
  console.log(`Cube: ${number * number * number}`);
}

async function main(): Promise<void> {
  const p1 = new Process({ target: printSquare, args: [10] });
  const p2 = new Process({ target: printCube, args: [10] });
  p1.start();
  p2.start();
  await p1.join();
  await p2.join();
  console.log('Done!');
}

export const example: Example = {
  title: 'Square and cube in two processes',
  main,
  expected: [anyOrder('Square: 100', 'Cube: 1000'), 'Done!'],
  note: 'In Python two processes now and then glue their lines together (12 of 60 runs); here a line is always written whole.',
};

if (isMain(import.meta)) await runAsProgram(example);

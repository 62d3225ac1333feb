import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { anyOrder } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function printSquare(number: number): void {
  console.log(`Square: ${number * number}`);
  record.moment('Process-1', 'prints the square');
}

export function printCube(number: number): void {
  console.log(`Cube: ${number * number * number}`);
  record.moment('Process-2', 'prints the cube');
}

async function main(): Promise<void> {
  const p1 = new Process({ target: printSquare, args: [10] });
  const p2 = new Process({ target: printCube, args: [10] });
  p1.start();
  p2.start();
  record.life(p1);
  record.life(p2);
  await p1.join();
  await p2.join();
  console.log('Done!');
  record.moment('main', 'Done!');
}

export const example: Example = {
  title: 'Square and cube in two processes',
  purpose:
    'The smallest program with two processes: each runs a function, and the main program waits for both.',
  main,
  expected: [anyOrder('Square: 100', 'Cube: 1000'), 'Done!'],
  python:
    'Process, start and join are the same; in Python the two lines are at times glued together (12 of 60 runs), here a line is always written whole.',
  figure: {
    caption:
      'The lives of both processes, and when each prints. Which is first is open; main is done after both.',
    parts: [{ kind: 'timeline', lanes: ['main', 'Process-1', 'Process-2'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

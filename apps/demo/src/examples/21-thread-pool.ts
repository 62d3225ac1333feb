import { isMain, ThreadPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function worker(): void {
  console.log('Worker thread running');
}

async function main(): Promise<void> {
  const pool = new ThreadPool({ workers: 2 });
  pool.applyAsync(worker);
  pool.applyAsync(worker);
  pool.close();
  await pool.join();
  console.log('Main thread continuing to run');
}

export const example: Example = {
  title: 'A thread pool of two workers',
  main,
  expected: ['Worker thread running', 'Worker thread running', 'Main thread continuing to run'],
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, ThreadPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { ownLane } from '../workload/lane.js';

export function worker(): void {
  console.log('Worker thread running');
  record.message('pool', ownLane(), 'task');
}

async function main(): Promise<void> {
  const pool = new ThreadPool({ workers: 2 });
  for (let i = 0; i < 2; i += 1) {
    record.message('main', 'pool', 'submit');
    pool.applyAsync(worker);
  }
  pool.close();
  await pool.join();
  record.moment('main', 'continues');
  console.log('Main thread continuing to run');
}

export const example: Example = {
  title: 'A thread pool of two workers',
  purpose:
    'A pool keeps its threads: tasks are submitted, and leaving the pool waits for them.',
  main,
  expected: ['Worker thread running', 'Worker thread running', 'Main thread continuing to run'],
  python:
    'ThreadPoolExecutor(max_workers=2) with submit and shutdown does the same; here close and join stand for shutdown(wait=True).',
  figure: {
    caption:
      'Two tasks are submitted, workers take them, and main continues after the last has run.',
    parts: [{ kind: 'sequence', lanes: ['main', 'pool'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

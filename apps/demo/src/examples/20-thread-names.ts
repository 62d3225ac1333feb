import { currentThread, isMain, mainThread, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder, drawing, line, sequence } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function task1(): void {
  console.log(`Task 1 assigned to thread: ${currentThread().name}`);
  console.log(`ID of process running task 1: ${process.pid}`);
}

export function task2(): void {
  console.log(`Task 2 assigned to thread: ${currentThread().name}`);
  console.log(`ID of process running task 2: ${process.pid}`);
}

async function main(): Promise<void> {
  console.log(`ID of process running main program: ${process.pid}`);
  console.log(`Main thread name: ${mainThread().name}`);
  const t1 = new Thread({ target: task1, name: 't1' });
  const t2 = new Thread({ target: task2, name: 't2' });
  t1.start();
  t2.start();
  await t1.join();
  await t2.join();

  console.log(`┌${`─ process ${process.pid} `.padEnd(20, '─')}┐`);
  console.log('│ MainThread ─┬─→ t1 │');
  console.log('│             └─→ t2 │');
  console.log('└────────────────────┘');
}

export const example: Example = {
  title: 'Thread names, and one process id',
  main,
  expected: [
    line('ID of process running main program: {pid}', { pid: integer }),
    'Main thread name: MainThread',
    anyOrder(
      sequence(
        'Task 1 assigned to thread: t1',
        line('ID of process running task 1: {pid}', { pid: integer }),
      ),
      sequence(
        'Task 2 assigned to thread: t2',
        line('ID of process running task 2: {pid}', { pid: integer }),
      ),
    ),
    drawing(
      line('┌─ process {pid} {rule}┐', { pid: integer, rule: { shown: '───', form: '─*' } }),
      '│ MainThread ─┬─→ t1 │',
      '│             └─→ t2 │',
      '└────────────────────┘',
    ),
  ],
  check: (run) => [claim('the same process id everywhere', new Set(run.values('pid')).size === 1)],
};

if (isMain(import.meta)) await runAsProgram(example);

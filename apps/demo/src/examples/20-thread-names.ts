import { currentThread, isMain, mainThread, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder, line, sequence } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function task1(): void {
  console.log(`Task 1 assigned to thread: ${currentThread().name}`);
  console.log(`ID of process running task 1: ${process.pid}`);
  tell('task 1');
}

export function task2(): void {
  console.log(`Task 2 assigned to thread: ${currentThread().name}`);
  console.log(`ID of process running task 2: ${process.pid}`);
  tell('task 2');
}

function tell(task: string): void {
  const { name } = currentThread();
  const group = `process ${process.pid}`;
  record.fact(name, 'runs', task, { group });
  if (name !== mainThread().name) record.message(mainThread().name, name, 'starts', { group });
}

async function main(): Promise<void> {
  console.log(`ID of process running main program: ${process.pid}`);
  console.log(`Main thread name: ${mainThread().name}`);
  tell('main program');
  const t1 = new Thread({ target: task1, name: 't1' });
  const t2 = new Thread({ target: task2, name: 't2' });
  t1.start();
  t2.start();
  await t1.join();
  await t2.join();
}

export const example: Example = {
  title: 'Thread names, and one process id',
  purpose:
    'Threads have names, and all of them run in the one process that started them: the id is the same everywhere.',
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
  ],
  check: (run) => [claim('the same process id everywhere', new Set(run.values('pid')).size === 1)],
  python: 'The same names, MainThread included, and the same single process id.',
  figure: {
    caption: 'One process, and in it the main thread and the two that it started.',
    parts: [{ kind: 'graph', framed: true }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

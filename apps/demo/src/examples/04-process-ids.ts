import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder, line, sequence } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';

export function worker1(): void {
  console.log(`ID of process running worker1: ${process.pid}`);
  record.fact('p1', 'its own PID', process.pid);
}

export function worker2(): void {
  console.log(`ID of process running worker2: ${process.pid}`);
  record.fact('p2', 'its own PID', process.pid);
}

async function main(): Promise<void> {
  console.log(`ID of main process: ${process.pid}`);
  const p1 = new Process({ target: worker1 });
  const p2 = new Process({ target: worker2 });
  p1.start();
  p2.start();
  console.log(`ID of process p1: ${p1.pid ?? 'none'}`);
  console.log(`ID of process p2: ${p2.pid ?? 'none'}`);
  record.fact('main', 'its own PID', process.pid);
  for (const [name, p] of Object.entries({ p1, p2 })) {
    record.fact(name, 'p.pid in main', p.pid ?? 'none');
    record.message('main', name, 'starts');
  }
  await p1.join();
  await p2.join();
  console.log('Both processes finished execution!');
  console.log(`Process p1 is alive: ${python(p1.isAlive())}`);
  console.log(`Process p2 is alive: ${python(p2.isAlive())}`);
}

export const example: Example = {
  title: 'Process ids',
  purpose:
    'Two processes are two programs for the operating system: each has an id of its own, known on both sides.',
  main,
  expected: [
    line('ID of main process: {main}', { main: integer }),
    anyOrder(
      sequence(
        line('ID of process p1: {p1}', { p1: integer }),
        line('ID of process p2: {p2}', { p2: integer }),
      ),
      line('ID of process running worker1: {worker1}', { worker1: integer }),
      line('ID of process running worker2: {worker2}', { worker2: integer }),
    ),
    'Both processes finished execution!',
    'Process p1 is alive: False',
    'Process p2 is alive: False',
  ],
  check: (run) => [
    claim('three processes, three ids', new Set(['main', 'p1', 'p2'].map(run.value)).size === 3),
    claim(
      "each worker's own id is its process's pid",
      run.value('worker1') === run.value('p1') && run.value('worker2') === run.value('p2'),
    ),
  ],
  python:
    'The same ids and the same is_alive; os.getpid() is process.pid, and p.pid is known as soon as start returns.',
  figure: {
    caption:
      'What each process says of itself, and what main knows of it: the ids on both sides agree.',
    parts: [{ kind: 'graph' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

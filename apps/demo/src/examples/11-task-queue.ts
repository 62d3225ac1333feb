import { currentProcess, isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder, line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { sleepSync } from '../time/sleep.js';

const taskCount = 10;
const processCount = 4;

export function doJob(tasksToAccomplish: Queue<string>, tasksThatAreDone: Queue<string>): void {
  for (;;) {
    const task = tasksToAccomplish.tryGet();
    if (task === undefined) break;
    console.log(task);
    tasksThatAreDone.putSync(`${task} is done by ${currentProcess().name}`);
    record.during(currentProcess().name, task, () => sleepSync(0.5));
  }
}

async function main(): Promise<void> {
  const tasksToAccomplish = new Queue<string>({ scope: 'processes' });
  const tasksThatAreDone = new Queue<string>({ scope: 'processes' });
  for (let i = 0; i < taskCount; i += 1) await tasksToAccomplish.put(`Task no ${i}`);
  const processes = Array.from({ length: processCount }, () =>
    new Process({ target: doJob, args: [tasksToAccomplish, tasksThatAreDone] }).start(),
  );
  for (const p of processes) await p.join();
  for (let done = tasksThatAreDone.tryGet(); done !== undefined; done = tasksThatAreDone.tryGet()) {
    console.log(done);
  }
}

const tasks = Array.from({ length: taskCount }, (_, i) => `Task no ${i}`);
const name = textLike(/Process-\d+/, 'Process-M');

export const example: Example = {
  title: 'A queue of tasks, four processes',
  purpose:
    'Work shared out by a queue: each process takes the next task as soon as it is free, until none is left.',
  main,
  expected: [
    anyOrder(...tasks),
    anyOrder(...tasks.map((task) => line(`${task} is done by {name}`, { name }))),
  ],
  check: (run) => [
    claim('two processes or more did the tasks', new Set(run.values('name')).size >= 2),
  ],
  python:
    'The same program, with tryGet for get_nowait; a run of Python at times loses all ten tasks, because the children find the queue empty before its feeder thread has written anything.',
  figure: {
    caption:
      'Which process did which task, and when. A process that is free takes the next one: no plan assigns the tasks.',
    parts: [{ kind: 'timeline' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

import { currentProcess, isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { randString } from '../workload/rand-string.js';

export function putRandString(length: number, output: Queue<string>): void {
  const text = randString(length);
  record.message(currentProcess().name, 'queue', text);
  output.putSync(text);
}

async function main(): Promise<void> {
  const output = new Queue<string>({ scope: 'processes' });
  const processes = [0, 1, 2, 3].map(
    () => new Process({ target: putRandString, args: [5, output] }),
  );
  for (const p of processes) p.start();
  for (const p of processes) await p.join();
  const results: string[] = [];
  while (results.length < processes.length) {
    const text = await output.get();
    record.message('queue', 'main', text);
    results.push(text);
  }
  console.log(python(results));
}

export const example: Example = {
  title: 'Process and Queue: four random strings',
  purpose:
    'How results come back from processes: each puts its own into a queue, and main takes out as many as it has started.',
  main,
  expected: [
    line('{list}', {
      list: textLike(
        /\['[A-Za-z0-9]{5}'(?:, '[A-Za-z0-9]{5}'){3}\]/,
        "['abcde', 'fghij', 'klmno', 'pqrst']",
      ),
    }),
  ],
  python:
    'The same program; the page seeds its generator, but its output cannot be had again in either language, because the children do not share the seed.',
  figure: {
    caption: 'Four strings on their way: each from its process into the queue, and from there to main.',
    parts: [
      {
        kind: 'sequence',
        lanes: ['Process-1', 'Process-2', 'Process-3', 'Process-4', 'queue', 'main'],
      },
    ],
  },
  alsoAbout: ['processes'],
};

if (isMain(import.meta)) await runAsProgram(example);

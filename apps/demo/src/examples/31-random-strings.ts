import { isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { randString } from './rand-string.js';

export function putRandString(length: number, output: Queue<string>): void {
  output.putSync(randString(length));
}

async function main(): Promise<void> {
  const output = new Queue<string>({ scope: 'processes' });
  const processes = [0, 1, 2, 3].map(
    () => new Process({ target: putRandString, args: [5, output] }),
  );
  for (const p of processes) p.start();
  for (const p of processes) await p.join();
  const results: string[] = [];
  while (results.length < processes.length) results.push(await output.get());
  console.log(python(results));
}

export const example: Example = {
  title: 'Process and Queue: four random strings',
  main,
  expected: [
    line('{list}', {
      list: textLike(
        /\['[A-Za-z0-9]{5}'(?:, '[A-Za-z0-9]{5}'){3}\]/,
        "['abcde', 'fghij', 'klmno', 'pqrst']",
      ),
    }),
  ],
  note: "The page seeds Python's generator, but its output cannot be had again, there or here: the children do not share the seed.",
  alsoAbout: ['processes'],
};

if (isMain(import.meta)) await runAsProgram(example);

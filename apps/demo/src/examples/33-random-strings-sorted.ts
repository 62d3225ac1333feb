import { isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { type Placed, putPlacedString } from './placed-string.js';

interface Facts {
  readonly arrived: readonly Placed[];
  readonly sorted: readonly string[];
}

async function main(): Promise<Facts> {
  const output = new Queue<Placed>({ scope: 'processes' });
  const processes = [0, 1, 2, 3].map(
    (position) => new Process({ target: putPlacedString, args: [5, position, output] }),
  );
  for (const p of processes) p.start();
  for (const p of processes) await p.join();
  const arrived: Placed[] = [];
  while (arrived.length < processes.length) arrived.push(await output.get());
  const sorted = arrived.toSorted(([one], [other]) => one - other).map(([, text]) => text);
  console.log(python(sorted));
  return { arrived, sorted };
}

export const example: Example<Facts> = {
  title: 'Sorted by position, the position dropped',
  main,
  expected: [
    line('{list}', {
      list: textLike(
        /\['[A-Za-z0-9]{5}'(?:, '[A-Za-z0-9]{5}'){3}\]/,
        "['abcde', 'fghij', 'klmno', 'pqrst']",
      ),
    }),
  ],
  check: ({ facts: { arrived, sorted } }) => [
    claim(
      'each string stands at the position of its process',
      arrived.every(([position, text]) => sorted[position] === text),
    ),
  ],
  alsoAbout: ['processes'],
};

if (isMain(import.meta)) await runAsProgram(example);

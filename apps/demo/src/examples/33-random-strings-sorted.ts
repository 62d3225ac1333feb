import { isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { type Placed, putPlacedString } from '../workload/placed-string.js';

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
  while (arrived.length < processes.length) {
    const [position, text] = await output.get();
    record.message('queue', 'main', `(${position}, '${text}')`);
    arrived.push([position, text]);
  }
  const sorted = arrived.toSorted(([one], [other]) => one - other).map(([, text]) => text);
  console.log(python(sorted));
  record.moment('main', 'sorts by position');
  return { arrived, sorted };
}

export const example: Example<Facts> = {
  title: 'Sorted by position, the position dropped',
  purpose:
    'With the positions sent along, main can sort the results and then drop the positions.',
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
  python: 'results.sort() and a list comprehension there, toSorted and map here.',
  figure: {
    caption: 'The tuples arrive in any order; main sorts them when all are there.',
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

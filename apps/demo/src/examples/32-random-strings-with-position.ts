import { isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { pythonTuple } from '../spelling/python.js';
import { type Placed, putPlacedString } from './placed-string.js';

async function main(): Promise<readonly Placed[]> {
  const output = new Queue<Placed>({ scope: 'processes' });
  const processes = [0, 1, 2, 3].map(
    (position) => new Process({ target: putPlacedString, args: [5, position, output] }),
  );
  for (const p of processes) p.start();
  for (const p of processes) await p.join();
  const results: Placed[] = [];
  while (results.length < processes.length) results.push(await output.get());
  console.log(`[${results.map((result) => pythonTuple(result)).join(', ')}]`);
  return results;
}

export const example: Example<readonly Placed[]> = {
  title: 'The same with positions, in the order of arrival',
  main,
  expected: [
    line('{list}', {
      list: textLike(
        /\[\(\d, '[A-Za-z0-9]{5}'\)(?:, \(\d, '[A-Za-z0-9]{5}'\)){3}\]/,
        "[(i, 'abcde'), …] of 4",
      ),
    }),
  ],
  check: ({ facts }) => [
    claim(
      'the positions are 0, 1, 2, 3, in some order',
      facts
        .map(([position]) => position)
        .toSorted()
        .join() === '0,1,2,3',
    ),
  ],
  alsoAbout: ['processes'],
};

if (isMain(import.meta)) await runAsProgram(example);

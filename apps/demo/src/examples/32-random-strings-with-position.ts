import { isMain, Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { pythonTuple } from '../spelling/python.js';
import { type Placed, putPlacedString } from '../workload/placed-string.js';

async function main(): Promise<readonly Placed[]> {
  const output = new Queue<Placed>({ scope: 'processes' });
  const processes = [0, 1, 2, 3].map(
    (position) => new Process({ target: putPlacedString, args: [5, position, output] }),
  );
  for (const p of processes) p.start();
  for (const p of processes) await p.join();
  const results: Placed[] = [];
  while (results.length < processes.length) {
    const [position, text] = await output.get();
    record.message('queue', 'main', `(${position}, '${text}')`);
    results.push([position, text]);
  }
  console.log(`[${results.map((result) => pythonTuple(result)).join(', ')}]`);
  return results;
}

export const example: Example<readonly Placed[]> = {
  title: 'The same with positions, in the order of arrival',
  purpose:
    'Which process made which string? The order of arrival does not tell, so each sends its position along.',
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
  python: 'The same tuples in the order of arrival, which may differ from run to run in both.',
  figure: {
    caption:
      'The tuples as they were put and taken: the queue keeps the order of arrival, which need not be that of the positions.',
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

import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { number } from '../expectation/placeholder.js';
import { reportProgress } from '../runner/channel.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { now } from '../time/clock.js';

export function sumSquare(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += i * i;
  return sum;
}

const size = 10_000;
/** Here the pool has enough to do to win: sixteen times as much. */
const scaledSize = 40_000;

interface Facts {
  readonly last: number;
  readonly total: number;
  readonly equal: boolean;
}

async function main(): Promise<Facts> {
  const [inPool, inSeries] = [await withPool(size), withoutPool(size)];
  console.log(`range(10): ${python(inPool.slice(0, 10))}`);
  const [scaledInPool, scaledInSeries] = [await withPool(scaledSize), withoutPool(scaledSize)];
  return {
    last: inPool.at(-1) ?? NaN,
    total: inPool.reduce((sum, each) => sum + each, 0),
    equal: inPool.join() === inSeries.join() && scaledInPool.join() === scaledInSeries.join(),
  };
}

async function withPool(count: number): Promise<number[]> {
  const start = now();
  const pool = new ProcessPool();
  const results = await pool.map(sumSquare, range(count), {
    onProgress: ({ done }) => reportProgress(done, count),
  });
  pool.close();
  await pool.join();
  const time = (now() - start) / 1000;
  console.log(`Processing ${count} numbers took ${time} time using multiprocessing.`);
  record.value('time', 'multiprocessing', time, {
    group: `${count.toLocaleString('en')} numbers`,
  });
  return results;
}

function withoutPool(count: number): number[] {
  const start = now();
  const results = range(count).map(sumSquare);
  const time = (now() - start) / 1000;
  console.log(`Processing ${count} numbers took ${time} time using serial processing.`);
  record.value('time', 'serial processing', time, {
    group: `${count.toLocaleString('en')} numbers`,
  });
  return results;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const lines = (count: number): ReturnType<typeof line>[] =>
  ['multiprocessing', 'serial processing'].map((way) =>
    line(`Processing ${count} numbers took {time} time using ${way}.`, { time: number }),
  );

export const example: Example<Facts> = {
  title: 'The pool and sums of squares',
  purpose:
    'A pool with as many workers as there are cores, against a plain loop: on small work the loop wins, on larger work the pool can.',
  main,
  expected: [
    ...lines(size),
    'range(10): [0, 0, 1, 5, 14, 30, 55, 91, 140, 204]',
    ...lines(scaledSize),
  ],
  check: ({ facts }) => [
    claim('the last of 10 000 is 333183354999', facts.last === 333183354999),
    claim('all together are 833000041665000', facts.total === 833000041665000),
    claim('the pool gives what the serial run gives, at both sizes', facts.equal),
  ],
  python:
    'The same sums; where Python gains from its pool at once, compiled JavaScript needs larger work before starting processes pays.',
  alone: true,
  figure: {
    caption: 'Time in seconds for each size, to its own scale, with percentages against serial processing.',
    parts: [
      { kind: 'bars', axis: 'time in seconds', unit: 's', digits: 3, reference: 'serial processing' },
    ],
  },
  note: 'The pool loses on the small work: to start its workers takes longer than to do it here. With sixteen times the work it can win.',
};

if (isMain(import.meta)) await runAsProgram(example);

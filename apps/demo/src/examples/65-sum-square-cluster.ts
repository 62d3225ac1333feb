import { ClusterPool, isMain } from '@manycore/cluster';
import { whyNoRedis } from '@manycore/testing/servers';
import type { Example } from '../catalogue/example.js';
import { TwoHosts } from '../cluster/two-hosts.js';
import { sumSquare } from '../cluster/work.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { atLeast } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { reportProgress } from '../runner/channel.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { now } from '../time/clock.js';

const sizes = [10_000, 40_000];

interface Facts {
  readonly last: number;
  readonly total: number;
  readonly equal: boolean;
}

async function main(): Promise<Facts> {
  await using cluster = await TwoHosts.start();
  await using pool = new ClusterPool({ connection: cluster.connection });
  await pool.hosts();
  const results: { inCluster: number[]; inSeries: number[] }[] = [];
  for (const size of sizes) {
    const numbers = Array.from({ length: size }, (_, index) => index);
    const onProgress = ({ done }: { readonly done: number }): void => reportProgress(done, size);
    const inCluster = await timed(size, 'two worker hosts', () => pool.map(sumSquare, numbers, { onProgress }));
    const inSeries = await timed(size, 'serial processing', () => numbers.map((n) => sumSquare(n)));
    results.push({ inCluster, inSeries });
  }
  const inCluster = results[0]?.inCluster ?? [];
  console.log(`range(10): ${python(inCluster.slice(0, 10))}`);
  return {
    last: inCluster.at(-1) ?? NaN,
    total: inCluster.reduce((sum, each) => sum + each, 0),
    equal: results.every((each) => each.inCluster.join() === each.inSeries.join()),
  };
}

async function timed(size: number, way: string, work: () => number[] | Promise<number[]>): Promise<number[]> {
  const start = now();
  const results = await work();
  const time = (now() - start) / 1000;
  console.log(`Processing ${size} numbers took ${time} time using ${way}.`);
  record.value('time', way, time, { group: `${size.toLocaleString('en')} numbers` });
  return results;
}

export const example: Example<Facts> = {
  title: 'The sums of squares of example 44 over two worker hosts',
  purpose:
    'A map over ten thousand numbers is eight messages and eight answers, four for each worker: in chunks, small work can travel to other machines.',
  main,
  whyNot: whyNoRedis,
  expected: [
    ...sizes.flatMap((size) =>
      ['two worker hosts', 'serial processing'].map((way) =>
        line(`Processing ${size} numbers took {time} time using ${way}.`, { time: atLeast(0) }),
      ),
    ),
    'range(10): [0, 0, 1, 5, 14, 30, 55, 91, 140, 204]',
  ],
  check: ({ facts }) => [
    claim('the last of 10 000 is 333183354999', facts.last === 333183354999),
    claim('all together are 833000041665000', facts.total === 833000041665000),
    claim('the worker hosts give what the serial run gives, at both sizes', facts.equal),
  ],
  python: 'The same sums as in example 44. The video knows one machine.',
  note: 'Here the two hosts share the cores of this machine with the program that asks them, and the hosts are started before the clock is.',
  alone: true,
  figure: {
    caption: 'Time in seconds for each size, to its own scale, with percentages against serial processing.',
    parts: [{ kind: 'bars', axis: 'time in seconds', unit: 's', digits: 3, reference: 'serial processing' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

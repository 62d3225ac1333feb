import { ClusterPool, isMain } from '@manycore/cluster';
import { whyNoRedis } from '@manycore/testing/servers';
import type { Example } from '../catalogue/example.js';
import { TwoHosts } from '../cluster/two-hosts.js';
import { estimate } from '../cluster/work.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { twelveDigits } from '../spelling/significant-digits.js';
import { benchmarkSamples, serial, widths } from '../statistics/parzen-benchmark.js';

interface Facts {
  readonly equal: boolean;
  /** Every estimate was made in another process than this one. */
  readonly elsewhere: boolean;
}

async function main(): Promise<Facts> {
  await using cluster = await TwoHosts.start();
  await using pool = new ClusterPool({ connection: cluster.connection });
  const hosts = await pool.hosts();
  console.log(`worker hosts: ${hosts.length}`);
  const estimates = await pool.map(estimate, widths);
  for (const index of [0, 49, 99]) {
    const { h = NaN, p = NaN } = estimates[index] ?? {};
    console.log(`p(${twelveDigits(h)}) = ${twelveDigits(p)}`);
  }
  const equal = estimates.map(({ h, p }) => [h, p]).join() === serial(benchmarkSamples()).join();
  console.log(`the same as in a loop: ${python(equal)}`);
  return { equal, elsewhere: estimates.every(({ host }) => host !== process.pid) };
}

export const example: Example<Facts> = {
  title: 'The estimate of example 42 over two worker hosts',
  purpose:
    'When one machine is not enough: the hundred widths go through Redis to two worker hosts, which could be other machines. The call is that of a pool.',
  main,
  whyNot: whyNoRedis,
  expected: [
    'worker hosts: 2',
    'p(1) = 0.1507',
    'p(1.09898989899) = 0.162421875',
    'p(1.2) = 0.171916666667',
    'the same as in a loop: True',
  ],
  check: ({ facts }) => [
    claim('every estimate is that of the loop, bit by bit', facts.equal),
    claim('each was made in a process of a worker host', facts.elsewhere),
  ],
  python: 'The document has no cluster. Ray and Dask bring the Pool of Python to other machines.',
  note: 'A message carries a width, not the samples: each host makes them from their seed.',
  figure: {
    caption: 'The estimates, in time, on the worker host that made them.',
    parts: [{ kind: 'timeline' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

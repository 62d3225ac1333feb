import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { twelveDigits } from '../spelling/significant-digits.js';
import {
  bivariateSamples,
  origin,
  sampleCount,
  seed,
  trueDensity,
} from '../statistics/bivariate-normal.js';
import { NormalNumbers } from '../statistics/normal-numbers.js';
import { estimateAt } from '../statistics/estimate-at.js';

const widths = Array.from({ length: 12 }, (_, i) => 0.1 + i * 0.1);

const pageValues: readonly (readonly [h: string, p: string, corrected: string])[] = [
  ['0.1', '0.016', '0.16'],
  ['0.2', '0.0305', '0.1525'],
  ['0.3', '0.045', '0.15'],
  ['0.4', '0.06175', '0.154375'],
  ['0.5', '0.078', '0.156'],
  ['0.6', '0.0911666666667', '0.151944444444'],
  ['0.7', '0.106', '0.151428571429'],
  ['0.8', '0.117375', '0.14671875'],
  ['0.9', '0.132666666667', '0.147407407407'],
  ['1', '0.1445', '0.1445'],
  ['1.1', '0.157090909091', '0.142809917355'],
  ['1.2', '0.1685', '0.140416666667'],
];

async function main(): Promise<readonly (readonly [h: number, p: number])[]> {
  const samples = bivariateSamples(new NormalNumbers(seed), sampleCount);
  await using pool = new ProcessPool({ workers: 4 });
  const handles = widths.map((h) => pool.applyAsync(estimateAt, [samples, origin, h]));
  const results = await Promise.all(handles.map((handle) => handle.get()));
  results.sort(([h1], [h2]) => h1 - h2);
  for (const [h, p] of results) console.log(`h = ${twelveDigits(h)}, p(x) = ${twelveDigits(p)}`);
  console.log('corrected, divided by h*h:');
  for (const [h, p] of results)
    console.log(`h = ${twelveDigits(h)}, p(x) = ${twelveDigits(p / h)}`);
  for (const [h, p] of results) {
    record.value('as on the page, divided by h', h, p);
    record.value('corrected, divided by h²', h, p / h);
  }
  return results;
}

export const example: Example<readonly (readonly [h: number, p: number])[]> = {
  title: 'Twelve window widths, four workers',
  purpose:
    'How wide should the window be? Twelve widths are estimated by four workers at the same time, and compared with the true density.',
  main,
  expected: [
    ...pageValues.map(([h, p]) => `h = ${h}, p(x) = ${p}`),
    'corrected, divided by h*h:',
    ...pageValues.map(([h, , corrected]) => `h = ${h}, p(x) = ${corrected}`),
  ],
  check: ({ facts }) => [
    claim(
      'sorted by width, none missing',
      facts.every(([h], index) => h === widths[index]),
    ),
  ],
  python:
    'The same numbers to twelve digits, the division by h in place of h² included; the corrected column is ours.',
  figure: {
    caption:
      'p(x) against the width h. As on the page it grows with h; divided by the area of the window it stays near the truth.',
    parts: [
      {
        kind: 'dots',
        x: 'width h',
        y: 'p(x)',
        line: true,
        yFromZero: true,
        reference: { y: trueDensity, label: 'true density, 0.159' },
      },
    ],
  },
  note: 'The page divides by h, not by h*h (see 38): its numbers grow with the width. The corrected ones stay near the true density, 0.159154943092.',
};

if (isMain(import.meta)) await runAsProgram(example);

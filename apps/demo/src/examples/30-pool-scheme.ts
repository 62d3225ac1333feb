import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { drawing, each, line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { randString } from './rand-string.js';

const length = 5;
const calls = [0, 1, 2, 3];

interface Facts {
  readonly parallel: readonly string[];
  readonly serial: readonly string[];
}

async function main(): Promise<Facts> {
  await using pool = new ProcessPool({ workers: 4 });
  const parallel = await pool.map(
    randString,
    calls.map(() => length),
  );
  console.log('side by side');
  for (const [index, text] of parallel.entries()) {
    const joint = ['─┐', '─┤', '─┤', '─┘'][index] ?? '';
    const list = index === 1 ? `──→ ${python(parallel)}` : '';
    console.log(`  core ${index + 1}: rand_string(${length}) → ${text} ${joint}${list}`);
  }
  console.log('one after the other');
  const serial: string[] = [];
  calls.forEach(() => {
    serial.push(randString(length));
    console.log(`  core 1: rand_string(${length}) ──→ ${python(serial)}`);
  });
  return { parallel, serial };
}

const text = textLike(/[A-Za-z0-9]{5}/, 'abcDE');
const list = (count: number): ReturnType<typeof textLike> =>
  textLike(
    new RegExp(String.raw`\['[A-Za-z0-9]{5}'(?:, '[A-Za-z0-9]{5}'){${count - 1}}\]`),
    count === 1 ? "['abcDE']" : `['abcDE', …] of ${count}`,
  );

export const example: Example<Facts> = {
  title: 'Diagram: four calls side by side, or one after the other',
  main,
  expected: [
    drawing(
      'side by side',
      line('  core 1: rand_string(5) → {text} ─┐', { text }),
      line('  core 2: rand_string(5) → {text} ─┤──→ {list}', { text, list: list(4) }),
      line('  core 3: rand_string(5) → {text} ─┤', { text }),
      line('  core 4: rand_string(5) → {text} ─┘', { text }),
      'one after the other',
      each(4, (index) => line('  core 1: rand_string(5) ──→ {list}', { list: list(index + 1) })),
    ),
  ],
  check: ({ facts }) => [
    claim('both lists hold four strings', facts.parallel.length === 4 && facts.serial.length === 4),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

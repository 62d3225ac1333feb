import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { each, line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { sleepSync } from '../time/sleep.js';
import { ownLane } from '../workload/lane.js';
import { randString } from '../workload/rand-string.js';
import { warm } from '../workload/warm-pool.js';

const length = 5;
const calls = 4;

/** Takes half a second over a random string, so that one can see which calls overlap. */
export function slowRandString(group: string): string {
  return record.during(
    ownLane(),
    `rand_string(${length})`,
    () => {
      sleepSync(0.5);
      const text = randString(length);
      record.moment(ownLane(), text, { group });
      return text;
    },
    { group },
  );
}

interface Facts {
  readonly parallel: readonly string[];
  readonly serial: readonly string[];
}

async function main(): Promise<Facts> {
  await using pool = new ProcessPool({ workers: calls });
  await warm(pool, calls);
  console.log('side by side');
  const parallel = await pool.map(slowRandString, Array<string>(calls).fill('side by side'));
  console.log(`  ${python(parallel)}`);

  console.log('one after the other');
  const serial: string[] = [];
  for (let call = 0; call < calls; call += 1) {
    serial.push(slowRandString('one after the other'));
    console.log(`  ${python(serial)}`);
  }
  return { parallel, serial };
}

const list = (count: number): ReturnType<typeof textLike> =>
  textLike(
    new RegExp(String.raw`\['[A-Za-z0-9]{5}'(?:, '[A-Za-z0-9]{5}'){${count - 1}}\]`),
    count === 1 ? "['abcDE']" : `['abcDE', …] of ${count}`,
  );

export const example: Example<Facts> = {
  title: 'Diagram: four calls side by side, or one after the other',
  purpose:
    'What a pool is for: four calls of rand_string on four workers give one list in the time of one call; alone, the list grows by one string at a time.',
  main,
  expected: [
    'side by side',
    line('  {list}', { list: list(calls) }),
    'one after the other',
    each(calls, (index) => line('  {list}', { list: list(index + 1) })),
  ],
  check: ({ facts }) => [
    claim(
      'both lists hold four strings',
      facts.parallel.length === calls && facts.serial.length === calls,
    ),
  ],
  python: 'The same scheme; each call is drawn out to half a demo second here, to be seen.',
  figure: {
    caption:
      'Above, the calls are spread over four workers; below, main makes its four strings in a row. Both to the same scale.',
    parts: [{ kind: 'timeline' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, ProcessPool, TimeoutError } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { ownLane } from '../workload/lane.js';
import { cube, numbers, slowCube } from '../workload/cube.js';

export function workerName(): string {
  return ownLane();
}

const items = 10_000;
const workers = 2;

/** Python's chunk size: four chunks for each worker. */
const chunkSize = Math.ceil(items / (4 * workers));

/** The worker that ran each of the items. */
async function main(): Promise<readonly string[]> {
  await using pool = new ProcessPool({ workers });
  const result = pool.mapAsync(cube, numbers);
  const cubes = await result.get();
  console.log(python(cubes));
  console.log(`equal to the built-in map: ${python(python(cubes) === python(numbers.map(cube)))}`);

  const slow = pool.mapAsync(slowCube, numbers);
  try {
    await slow.get({ timeout: 1 });
  } catch (error) {
    console.log(
      `get with a timeout of 1 ms: ${error instanceof TimeoutError ? 'TimeoutError' : String(error)}`,
    );
  }
  console.log(`get without: ${(await slow.get()).length} results`);

  console.log(`chunk size for ${items} items on ${workers} workers: ${chunkSize}`);
  const names = await pool.map(workerName, Array.from({ length: items }), { chunkSize });
  for (let first = 0; first < items; first += chunkSize) {
    record.span(names[first] ?? '', '', first, first + chunkSize, { group: 'chunks' });
  }
  return names;
}

export const example: Example<readonly string[]> = {
  title: 'Pool.map_async: a handle for the whole list',
  purpose:
    'map_async gives one handle for a whole list. The list is cut into chunks, and a worker takes a chunk at a time.',
  main,
  expected: [
    '[1, 8, 27, 64, 125, 216]',
    'equal to the built-in map: True',
    'get with a timeout of 1 ms: TimeoutError',
    'get without: 6 results',
    'chunk size for 10000 items on 2 workers: 1250',
  ],
  check: ({ facts: names }) => [
    claim(
      `${items} items, each chunk of ${chunkSize} run by one process`,
      names.length === items && chunksAgree(names),
    ),
  ],
  python:
    'The same list, the same TimeoutError, and, when asked for, the chunk size that Python computes: four chunks a worker.',
  figure: {
    caption: 'Which worker ran which of the 10 000 items: eight chunks of 1250.',
    parts: [{ kind: 'timeline', axis: 'item', groups: ['chunks'] }],
  },
};

function chunksAgree(names: readonly string[]): boolean {
  return names.every((name, index) => name === names[index - (index % chunkSize)]);
}

if (isMain(import.meta)) await runAsProgram(example);

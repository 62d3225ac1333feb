import { isMain, ProcessPool, TimeoutError } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { cube, numbers, slowCube } from './cube.js';

export function processId(): number {
  return process.pid;
}

const items = 10_000;
const workers = 2;

/** Python's chunk size: four chunks for each worker. */
const chunkSize = Math.ceil(items / (4 * workers));

/** The process that ran each of the items. */
async function main(): Promise<readonly number[]> {
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
  return await pool.map(processId, Array.from({ length: items }), { chunkSize });
}

export const example: Example<readonly number[]> = {
  title: 'Pool.map_async: a handle for the whole list',
  main,
  expected: [
    '[1, 8, 27, 64, 125, 216]',
    'equal to the built-in map: True',
    'get with a timeout of 1 ms: TimeoutError',
    'get without: 6 results',
    'chunk size for 10000 items on 2 workers: 1250',
  ],
  check: ({ facts: pids }) => [
    claim(
      `${items} items, each chunk of ${chunkSize} run by one process`,
      pids.length === items && chunksAgree(pids),
    ),
  ],
};

function chunksAgree(pids: readonly number[]): boolean {
  return pids.every((pid, index) => pid === pids[index - (index % chunkSize)]);
}

if (isMain(import.meta)) await runAsProgram(example);

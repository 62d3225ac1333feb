import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { chartOf, ganttChart } from '../time/gantt.js';
import { cube, numbers, slowCube } from './cube.js';

async function main(): Promise<void> {
  await using pool = new ProcessPool({ workers: 4 });
  const results = numbers.map((x) => pool.applyAsync(cube, [x]));
  console.log(python(await Promise.all(results.map((result) => result.get()))));

  const handles = numbers.map((x) => pool.applyAsync(slowCube, [x]));
  console.log(
    `${handles.length} handles, ready: ${python(handles.map((handle) => handle.ready()))}`,
  );
  const spans = await Promise.all(handles.map((handle) => handle.get()));
  console.log(`all got, ready: ${python(handles.map((handle) => handle.ready()))}`);
  console.log(ganttChart(spans).join('\n'));
}

export const example: Example = {
  title: 'Pool.apply_async and get: handles first, results later',
  main,
  expected: [
    '[1, 8, 27, 64, 125, 216]',
    '6 handles, ready: [False, False, False, False, False, False]',
    'all got, ready: [True, True, True, True, True, True]',
    chartOf(...numbers.map((x) => `cube(${x})`)),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

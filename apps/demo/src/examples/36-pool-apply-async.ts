import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { cube, numbers, slowCube } from '../workload/cube.js';

async function main(): Promise<void> {
  await using pool = new ProcessPool({ workers: 4 });
  const results = numbers.map((x) => pool.applyAsync(cube, [x]));
  console.log(python(await Promise.all(results.map((result) => result.get()))));

  const handles = record.during('main', 'makes the handles', () =>
    numbers.map((x) => pool.applyAsync(slowCube, [x])),
  );
  console.log(
    `${handles.length} handles, ready: ${python(handles.map((handle) => handle.ready()))}`,
  );
  await record.during('main', 'gets the results', () =>
    Promise.all(handles.map((handle) => handle.get())),
  );
  console.log(`all got, ready: ${python(handles.map((handle) => handle.ready()))}`);
}

export const example: Example = {
  title: 'Pool.apply_async and get: handles first, results later',
  purpose:
    'apply_async returns a handle at once; the result is asked for later, when main needs it.',
  main,
  expected: [
    '[1, 8, 27, 64, 125, 216]',
    '6 handles, ready: [False, False, False, False, False, False]',
    'all got, ready: [True, True, True, True, True, True]',
  ],
  python: 'apply_async, get and ready are the same: applyAsync, get and ready here.',
  figure: {
    caption:
      'main has its six handles almost at once, and waits only where it gets the results. Meanwhile four workers compute.',
    parts: [{ kind: 'timeline', lanes: ['main'], colorBy: 'label' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

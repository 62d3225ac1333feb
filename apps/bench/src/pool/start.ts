// What a program waits for before its pool does anything: the import, and the first result. Both in a fresh
// process for each figure.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bestPeer, type Comparisons, type Contender, type Role } from '../harness/comparison.js';
import { requirePython } from '../harness/python.js';
import { pathOf } from './contestants/worker-files.js';
import { cpythonProgram } from './cpython-program.js';
import type { FirstFigures } from './workers/first-result.js';

const run = promisify(execFile);

/** The package, and the contestant of `contestants/all.ts` that it offers. */
const fresh: readonly (readonly [contestant: string, packageName: string, role: Role])[] = [
  ['ThreadPool', '@manycore/pool', 'ours'],
  ['ThreadPool, on demand', '@manycore/pool', 'ours'],
  ['ProcessPool', '@manycore/pool', 'ours'],
  ['ProcessPool, on demand', '@manycore/pool', 'ours'],
  ['piscina', 'piscina', 'peer'],
  ['tinypool, worker_threads', 'tinypool', 'peer'],
  ['tinypool, child_process', 'tinypool', 'peer'],
  ['workerpool, thread', 'workerpool', 'peer'],
  ['workerpool, process', 'workerpool', 'peer'],
  ['poolifier', 'poolifier', 'peer'],
  ['jest-worker, threads', 'jest-worker', 'peer'],
  ['jest-worker, processes', 'jest-worker', 'peer'],
];

async function firstFigures(contestant: string, packageName: string): Promise<FirstFigures> {
  const args = [pathOf('workers/first-result'), packageName, contestant];
  return JSON.parse((await run(process.execPath, args)).stdout) as FirstFigures;
}

function first(kind: 'thread' | 'process'): Contender[] {
  const isProcess = (name: string): boolean => /process/i.test(name);
  return fresh
    .filter(([contestant]) => isProcess(contestant) === (kind === 'process'))
    .map(([contestant, packageName, role]) => ({
      name: contestant,
      role,
      prepare: () => async () => (await firstFigures(contestant, packageName)).first,
    }));
}

const imports: Contender[] = fresh
  .filter(([, name], index) => fresh.findIndex(([, other]) => other === name) === index)
  .map(([contestant, packageName, role]) => ({
    name: packageName,
    role,
    prepare: () => async () => (await firstFigures(contestant, packageName)).imported,
  }));

/** No peer here: it forks, where all others start a runtime. */
function python(name: string, kind: string): Contender {
  return {
    name,
    role: 'reference',
    prepare: () => {
      requirePython();
      return async () => Number((await run('python3', ['-c', cpythonProgram, kind, 'first'])).stdout);
    },
  };
}

export const comparisons: Comparisons = ({ quick }) => [
  {
    id: 'import',
    title: 'Import of the package',
    unit: 'ms',
    better: 'less',
    rounds: quick ? 1 : 15,
    isFresh: true,
    contenders: imports,
    targets: [{ of: '@manycore/pool', to: 'piscina', atMost: 1.3 }],
  },
  {
    id: 'first-thread',
    title: 'First result of a new pool of two threads',
    unit: 'ms',
    better: 'less',
    rounds: quick ? 1 : 15,
    isFresh: true,
    contenders: first('thread'),
    targets: ['ThreadPool', 'ThreadPool, on demand'].map((of) => ({ of, to: bestPeer, atMost: 1.2 })),
  },
  {
    id: 'first-process',
    title: 'First result of a new pool of two processes',
    unit: 'ms',
    better: 'less',
    rounds: quick ? 1 : 15,
    isFresh: true,
    contenders: [
      ...first('process'),
      python('CPython multiprocessing.Pool', 'Pool'),
      python('CPython ProcessPoolExecutor', 'Executor'),
    ],
    targets: ['ProcessPool', 'ProcessPool, on demand'].map((of) => ({ of, to: bestPeer, atMost: 1.2 })),
  },
];

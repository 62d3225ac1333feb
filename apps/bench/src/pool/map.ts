// One function over many numbers: ours cut them into chunks by themselves, and so does CPython. The pools of
// others do not, so their caller does it by hand: as many chunks as ours make.
import type { Closing, Comparison, Comparisons, Contender, Run } from '../harness/comparison.js';
import { workers } from './contestants/contestant.js';
import { pathOf } from './contestants/worker-files.js';
import { cpython } from './cpython.js';
import { square, squareAll } from './tasks.js';

type Map = (numbers: number[]) => PromiseLike<unknown>;

const size = { minThreads: workers, maxThreads: workers };
const chunks = 4 * workers;

/** Millions of numbers a second. */
function mapping(map: Map, count: number): Run {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return async () => {
    const start = performance.now();
    const squares = await map(numbers);
    const time = performance.now() - start;
    if (!Array.isArray(squares) || squares.length !== count) throw new Error('not all of them');
    return count / time / 1000;
  };
}

async function byHand(numbers: readonly number[], run: (chunk: number[]) => PromiseLike<unknown>): Promise<unknown[]> {
  const length = Math.ceil(numbers.length / chunks);
  const results = await Promise.all(
    Array.from({ length: chunks }, (_, i) => run(numbers.slice(i * length, (i + 1) * length))),
  );
  return (results as number[][]).flat();
}

async function ours(kind: 'ThreadPool' | 'ProcessPool', { afterProgram }: Closing): Promise<Map> {
  const { [kind]: Pool } = await import('@manycore/pool');
  const pool = new Pool({ workers, minWorkers: workers });
  afterProgram(() => pool.terminate());
  return (numbers) => pool.map(square, numbers);
}

async function piscina({ afterProgram }: Closing): Promise<Map> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({ filename: pathOf('tasks'), ...size });
  afterProgram(() => pool.destroy());
  return (numbers) => byHand(numbers, (chunk) => pool.run(chunk, { name: squareAll.name }));
}

async function tinypool({ afterProgram }: Closing): Promise<Map> {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({ filename: pathOf('tasks'), runtime: 'child_process', ...size });
  afterProgram(() => pool.destroy());
  return (numbers) => byHand(numbers, (chunk) => pool.run(chunk, { name: squareAll.name }));
}

async function workerpool({ afterProgram }: Closing): Promise<Map> {
  const { default: library } = await import('workerpool');
  const pool = library.pool(pathOf('workers/workerpool'), {
    workerType: 'process',
    minWorkers: workers,
    maxWorkers: workers,
  });
  afterProgram(() => pool.terminate());
  return (numbers) => byHand(numbers, (chunk) => pool.exec(squareAll.name, [chunk]));
}

export const comparisons: Comparisons = ({ quick }) => {
  const count = quick ? 100_000 : 1_000_000;
  const row = (name: string, role: Contender['role'], make: (closing: Closing) => Promise<Map>): Contender => ({
    name,
    role,
    prepare: async (closing) => mapping(await make(closing), count),
  });
  const heading = { unit: 'M/s', better: 'more', reference: 'plain loop' } as const;
  const plain = row('plain loop', 'reference', () =>
    Promise.resolve((numbers) => Promise.resolve(numbers.map((n) => square(n)))),
  );
  const title = `Square ${count.toLocaleString('en')} numbers`;
  const target = { to: 'CPython multiprocessing.Pool', atLeast: 2 };
  const python = cpython('map', count);
  return [
    {
      id: 'threads',
      title: `${title}, threads`,
      ...heading,
      contenders: [
        row('ThreadPool.map', 'ours', (closing) => ours('ThreadPool', closing)),
        plain,
        row('piscina, chunks by hand', 'peer', piscina),
        ...python,
      ],
      targets: [{ of: 'ThreadPool.map', ...target }],
    },
    {
      id: 'processes',
      title: `${title}, processes`,
      ...heading,
      contenders: [
        row('ProcessPool.map', 'ours', (closing) => ours('ProcessPool', closing)),
        plain,
        row('tinypool, chunks by hand', 'peer', tinypool),
        row('workerpool, chunks by hand', 'peer', workerpool),
        ...python,
      ],
      targets: [{ of: 'ProcessPool.map', ...target }],
    },
  ] satisfies Comparison[];
};

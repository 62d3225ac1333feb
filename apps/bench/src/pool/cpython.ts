// CPython's two pools of processes, each alive as long as its lane.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Closing, Contender } from '../harness/comparison.js';
import { requirePython } from '../harness/python.js';
import { cpythonProgram } from './cpython-program.js';

const pools = {
  'CPython multiprocessing.Pool': 'Pool',
  'CPython ProcessPoolExecutor': 'Executor',
} as const;

/** What the program is asked for. */
export type PythonWork = 'numbers' | 'objects' | 'bytes' | 'millisecond' | 'turns' | 'map';

type Ask = (work: PythonWork, count: number, most: number) => Promise<number>;

let asking: Ask | undefined;

/** Both pools; `most` are in flight. */
export function cpython(work: PythonWork, count: number, most = count): Contender[] {
  return Object.entries(pools).map(([name, kind]) => ({
    name,
    role: 'peer',
    prepare: (closing) => {
      requirePython();
      asking ??= start(kind, closing);
      const ask = asking;
      return () => ask(work, count, most);
    },
  }));
}

/** The program of this lane. */
function start(kind: string, { afterProgram }: Closing): Ask {
  const child: ChildProcess = spawn('python3', ['-c', cpythonProgram, kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('python3 has no standard input and output');
  const lines = createInterface({ input: stdout });
  afterProgram(async () => {
    const exit = once(child, 'exit');
    stdin.end();
    await exit;
  });
  return async (work, count, most) => {
    const line = once(lines, 'line');
    stdin.write(`${work} ${count} ${most}\n`);
    const gone = once(child, 'exit').then(() => {
      throw new Error('python3 ended');
    });
    const [figure] = (await Promise.race([line, gone])) as [string];
    return Number(figure);
  };
}

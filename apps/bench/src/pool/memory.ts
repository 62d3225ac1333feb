// What an idle worker occupies, beside a bare one that has imported the same.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { Absent, type Comparisons, type Contender, type Role } from '../harness/comparison.js';
import { pathOf } from './contestants/worker-files.js';
import type { WorkerKind } from './workers/idle-memory.js';

const run = promisify(execFile);

/** Each figure comes from a fresh process. */
function row(kind: WorkerKind, role: Role): Contender {
  return {
    name: kind,
    role,
    prepare: () => {
      if (!existsSync('/proc/self/smaps_rollup')) throw new Absent('this system does not say');
      return async () => {
        const { stdout } = await run(process.execPath, ['--expose-gc', pathOf('workers/idle-memory'), kind]);
        return Number(stdout);
      };
    },
  };
}

export const comparisons: Comparisons = ({ quick }) => [
  {
    id: 'idle-thread',
    title: 'An idle worker thread',
    unit: 'MB',
    better: 'less',
    isFresh: true,
    rounds: quick ? 1 : 7,
    reference: 'bare Worker',
    contenders: [
      row('ThreadPool', 'ours'),
      row('bare Worker', 'reference'),
      row('piscina', 'peer'),
      row('tinypool, worker_threads', 'peer'),
      row('workerpool, thread', 'peer'),
    ],
    targets: [{ of: 'ThreadPool', to: 'bare Worker', atMost: 1.15 }],
  },
  {
    id: 'idle-process',
    title: 'An idle worker process: what it does not share',
    unit: 'MB',
    better: 'less',
    isFresh: true,
    rounds: quick ? 1 : 7,
    reference: 'bare fork',
    contenders: [
      row('ProcessPool', 'ours'),
      row('bare fork', 'reference'),
      row('tinypool, child_process', 'peer'),
      row('workerpool, process', 'peer'),
    ],
    targets: [{ of: 'ProcessPool', to: 'bare fork', atMost: 1.15 }],
  },
];

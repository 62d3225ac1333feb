import { bestPeer, type Comparisons } from '../harness/comparison.js';
import { processContestants } from './contestants/all.js';
import { comparisonsFor, type PoolTarget } from './workload.js';

const throughput: readonly PoolTarget[] = [
  'tinypool, child_process',
  'workerpool, process',
  'CPython multiprocessing.Pool',
].map((to) => ({ to, atLeast: 5 }));

export const comparisons: Comparisons = (settings) =>
  comparisonsFor(
    {
      kind: 'processes',
      contestants: processContestants,
      targets: {
        'numbers-in-flight': throughput,
        'numbers-at-once': throughput,
        'objects-in-flight': throughput,
        'objects-at-once': throughput,
        'round-trip': [{ to: bestPeer, atMost: 0.5 }],
        'bytes-copied': [{ to: bestPeer, atLeast: 1.5 }],
      },
    },
    settings,
  );

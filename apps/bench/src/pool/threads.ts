import { bestPeer, type Comparisons } from '../harness/comparison.js';
import { threadContestants } from './contestants/all.js';
import { comparisonsFor, type PoolTarget } from './workload.js';

const numbers: readonly PoolTarget[] = [
  { to: 'piscina', atLeast: 8 },
  { to: bestPeer, atLeast: 4 },
];
const objects: readonly PoolTarget[] = [{ to: bestPeer, atLeast: 3 }];

export const comparisons: Comparisons = (settings) =>
  comparisonsFor(
    {
      kind: 'threads',
      contestants: threadContestants,
      targets: {
        'numbers-in-flight': numbers,
        'numbers-at-once': numbers,
        'objects-in-flight': objects,
        'objects-at-once': objects,
        'round-trip': [{ to: bestPeer, atMost: 0.6 }],
        'bytes-copied': [{ to: bestPeer, atLeast: 1.5 }],
        // No worse: but for the noise of two equal figures.
        'bytes-moved': [{ to: 'piscina', atLeast: 0.95 }],
      },
    },
    settings,
  );

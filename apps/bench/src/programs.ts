/** The benchmarks, each a program of its own in this folder. */
export const programs: readonly string[] = [
  'start-cost',
  'memory-words',
  'memory-wake',
  'sync-uncontended',
  'sync-contended',
  'sync-wake',
  'sync-waiters',
  'queue-peers',
  'pool-throughput',
];

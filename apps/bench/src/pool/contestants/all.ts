import type { Contestant } from './contestant.js';
import { byHand, processPool, threadPool } from './ours.js';
import { comlink, jestWorker, multithreading, piscina, poolifier, tinypool, workerpool } from './peers.js';

/** All that offer threads. */
export const threadContestants: readonly Contestant[] = [
  threadPool,
  byHand('threads'),
  piscina('piscina'),
  piscina('piscina, 10 tasks a worker', { concurrentTasksPerWorker: 10 }),
  piscina("piscina, atomics: 'async'", { atomics: 'async' }),
  piscina("piscina, atomics: 'disabled'", { atomics: 'disabled' }),
  tinypool('worker_threads'),
  workerpool('thread'),
  poolifier('poolifier', false),
  poolifier('poolifier, task stealing', true),
  multithreading,
  comlink,
  jestWorker('threads'),
];

/** All that offer processes: piscina has none. */
export const processContestants: readonly Contestant[] = [
  processPool,
  byHand('processes'),
  tinypool('child_process', 'json'),
  tinypool('child_process', 'advanced'),
  workerpool('process', 'json'),
  workerpool('process', 'advanced'),
  jestWorker('processes'),
];

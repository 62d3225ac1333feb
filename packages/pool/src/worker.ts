import type { Endpoint } from '@manycore/core/internal';
import { PoolWorker } from './worker/pool-worker.js';

/** What a thread or process of a pool runs. */
export function serve(endpoint: Endpoint): void {
  new PoolWorker(endpoint);
}

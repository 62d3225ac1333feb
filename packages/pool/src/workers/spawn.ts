import type { SystemOptions } from '@manycore/process';
import { spawnProcess } from '@manycore/process/internal';
import type { ResourceLimits } from '@manycore/thread';
import { spawnThread } from '@manycore/thread/internal';
import type { Spawn } from '../transport/endpoint-transport.js';

/** What the workers of a pool are, and how each is made. Plain data: it crosses to the thread of the Sync forms. */
export type WorkerMaking =
  | { readonly kind: 'thread'; readonly resourceLimits?: ResourceLimits | undefined }
  | ({ readonly kind: 'process' } & SystemOptions);

/** Makes the workers of a pool. Each serves src/worker.ts. */
export function spawnFor(pool: string, making: WorkerMaking): Spawn {
  const server = new URL('./worker.js', import.meta.url).href;
  const { kind, ...options } = making;
  return (worker) => {
    const common = { ...options, name: `${pool}-worker-${worker}`, daemon: true, server };
    return kind === 'thread' ? spawnThread(common) : spawnProcess(common);
  };
}

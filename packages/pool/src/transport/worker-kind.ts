import type { SystemOptions } from '@manycore/process';
import type { WorkerThreadOptions } from '@manycore/thread';

/** The kind of a pool's workers, and their options. Plain data: the blocking calls send it to their host. */
export type WorkerKind =
  | ({ readonly kind: 'thread' } & WorkerThreadOptions)
  | ({ readonly kind: 'process' } & SystemOptions);

import type { Destination } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import type { SpareBlocks } from '../spare-blocks.js';
import type { TaskPayload } from '../transport.js';
import { RingLink, type RingLinkOwner } from './ring-link.js';
import { Inbox, WorkerRings } from './worker-rings.js';

export { LeaseRings } from './lease-rings.js';

/** The rings of a worker: the block to be sent to it, and what makes the link once it reads there. */
export interface OpenedRings<P extends TaskPayload> {
  readonly block: SharedBlock;
  link(): RingLink<P>;
  /** The worker has exited. */
  release(): void;
}

/**
 * Allocates the rings of a worker. Memory for large values comes from `spare`, if there is some. `runTime` is the mean run time (ms) of its tasks so far.
 *
 * @throws where memory cannot be shared with such a worker.
 */
export function openRings<P extends TaskPayload>(
  owner: RingLinkOwner<P>,
  to: Destination,
  spare: SpareBlocks,
  runTime: number,
): OpenedRings<P> {
  const rings = WorkerRings.allocate(to === 'thread' ? 'threads' : 'processes');
  try {
    new Inbox(rings.results).prepare();
  } catch (error) {
    rings.release();
    throw error;
  }
  return { block: rings.block, link: () => new RingLink(owner, rings, spare, runTime), release: () => rings.release() };
}

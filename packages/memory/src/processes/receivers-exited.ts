import type { SharedBlock } from '../shared-block.js';
import type { ProcessesBlock } from './processes-block.js';

// Only types are imported: a program that starts threads, and has no such memory, is not to load it for this.

/**
 * All that the block was ever sent to has exited: no message that holds it is in flight. Without this, one that was
 * lost with its receiver keeps the block's descriptor open until descriptors run short.
 */
export function noteReceiversExited(block: SharedBlock): void {
  if (block.scope === 'processes') (block as unknown as Pick<ProcessesBlock, 'noteLost'>).noteLost();
}

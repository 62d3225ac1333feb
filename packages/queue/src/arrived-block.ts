import type { SharedBlock } from '@manycore/memory';

import { QueueCorruptedError } from './errors/queue-corrupted-error.js';

/**
 * The memory in the state of a handle that has arrived, from any sender.
 *
 * @throws QueueCorruptedError when it is none.
 */
export function arrivedBlock(state: unknown): SharedBlock {
  const block: unknown = isObject(state) ? state['block'] : undefined;
  const isBlock =
    isObject(block) &&
    block['words'] instanceof Int32Array &&
    block['bytes'] instanceof Uint8Array &&
    isObject(block['parker']) &&
    isObject(block['owners']);
  if (isBlock) return block as unknown as SharedBlock;
  throw new QueueCorruptedError('a handle without memory');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

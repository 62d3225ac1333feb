import { type Destination, hasCode, pack, type Parcel } from '@manycore/core/internal';
import type { Job } from './job.js';

/** @throws NotCloneableError naming the value by its place in the whole call: `items[1253].onClick`. */
export function packJob({ values, root, offset }: Job, to: Destination): Parcel {
  try {
    return pack(values, to, root);
  } catch (error) {
    if (root === 'items' && hasCode(error, 'MANYCORE_NOT_CLONEABLE')) {
      // The array that was refused is a chunk; its own indices mean nothing to the caller.
      values.forEach((value, index) => pack(value, to, `items[${offset + index}]`));
    }
    throw error;
  }
}

import { allocate, type SharedBlock } from '@manycore/memory';
import { noteReceiversExited } from '@manycore/memory/internal';
import { type OutgoingMemory, textMemory } from '@manycore/queue/internal';

/** Room for values in each direction. Memory that was never written takes none of the machine's. */
const halfBytes = 4 * 1024 * 1024;

/** A larger value goes by message. */
export const overflowLimit: number = halfBytes;

/** The memory for large values between a pool and a worker process: one half for tasks, one for results. */
export class Overflow {
  readonly block: SharedBlock;
  readonly tasks: OutgoingMemory;
  readonly results: OutgoingMemory;

  constructor(block: SharedBlock) {
    this.block = block;
    this.tasks = half(block, 0);
    this.results = half(block, halfBytes);
  }

  /** For a worker of this pool. @throws what says that there is no memory to be shared. */
  static allocate(pool: object): Overflow {
    return new Overflow(spare.get(pool)?.pop() ?? allocate(2 * halfBytes, 'processes'));
  }

  /** The worker has exited: the block is used for another one of the pool. */
  release(pool: object): void {
    noteReceiversExited(this.block);
    const blocks = spare.get(pool);
    if (blocks) blocks.push(this.block);
    else spare.set(pool, [this.block]);
  }
}

/**
 * Blocks of workers that have exited, for as long as their pool is in use: each has a descriptor. See also
 * `worker-rings.ts`.
 */
const spare = new WeakMap<object, SharedBlock[]>();

function half(block: SharedBlock, from: number): OutgoingMemory {
  const bytes = block.bytes.subarray(from, from + halfBytes);
  return { bytes, doubles: new Float64Array(bytes.buffer, bytes.byteOffset, halfBytes / 8), text: textMemory(bytes) };
}

import type { Owners, Parker, Scope, SharedBlock } from '../shared-block.js';
import { allocateBuffer } from '../size-limit.js';
import {
  type ThreadOwners,
  threadOwners,
  threadOwnersOf,
  threadTableBytes,
} from './thread-owners.js';
import { threadsParker } from './threads-parker.js';

/** What crosses to another thread. */
export interface ThreadsState {
  readonly scope: 'threads';
  readonly buffer: SharedArrayBuffer;
  /** The table of owners: see thread-owners.ts. */
  readonly owners: SharedArrayBuffer;
}

/** A block that the threads of one process share: a buffer of its own. */
export class ThreadsBlock implements SharedBlock {
  readonly scope: Scope = 'threads';
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly parker: Parker = threadsParker;
  readonly owners: Owners;
  readonly #state: ThreadsState;

  constructor(buffer: SharedArrayBuffer, owners: ThreadOwners) {
    this.#state = { scope: 'threads', buffer, owners: owners.table.buffer };
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.owners = owners;
  }

  static allocate(byteLength: number): ThreadsBlock {
    return new ThreadsBlock(allocateBuffer(byteLength), threadOwners);
  }

  static attach({ buffer, owners }: ThreadsState): ThreadsBlock {
    // From a worker that lies, a number in their place would become memory of that size.
    if (!isShared(buffer) || !isShared(owners) || owners.byteLength < threadTableBytes) {
      throw new TypeError('its memory is none that threads share');
    }
    return new ThreadsBlock(buffer, threadOwnersOf(owners));
  }

  detach(): ThreadsState {
    return this.#state;
  }
}

/** By its tag: what arrives in a context of its own, as test runners make them, has other classes. */
function isShared(buffer: unknown): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
}

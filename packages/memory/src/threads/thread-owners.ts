import { sharedState } from '@manycore/core/internal';

import { unwatchThread } from './life-lines.js';
import type { Owners } from '../owners.js';
import { currentThreadId, onThreadExit, systemThread, type ThreadResource } from '../platform/node.js';
import { processTable, ThreadTable } from './thread-table.js';

/** The threads of this process as owners, over one table. */
export class ThreadOwners implements Owners, ThreadResource {
  readonly table: ThreadTable;
  /** 0 until this thread owned something for the first time. */
  #self = 0;

  constructor(table: ThreadTable) {
    this.table = table;
  }

  self(): number {
    if (this.#self === 0) {
      this.#self = this.table.register(currentThreadId, systemThread());
      onThreadExit(this);
    }
    return this.#self;
  }

  threadExits(): void {
    this.table.clear(this.#self);
  }

  alive(id: number): boolean {
    return id === this.#self ? id !== 0 : this.table.alive(id);
  }
}

/*
 * By table. Normally there is one: the first thread makes it when it loads this module, and each thread
 * started later inherits it. Threads that were started before that, and load the module themselves,
 * have another; so a block carries its table along, and every thread that reaches the block uses that one.
 */
const known = sharedState('memory.threadOwners', () => new Map<string, ThreadOwners>());

/** The owners over a table that came along with a block. */
export function threadOwnersOf(buffer: SharedArrayBuffer): ThreadOwners {
  return ownersOver(new ThreadTable(buffer));
}

function ownersOver(table: ThreadTable): ThreadOwners {
  const found = known.get(table.identity);
  if (found) return found;
  const owners = new ThreadOwners(table);
  known.set(table.identity, owners);
  return owners;
}

/** The owners of what this thread allocates. */
export const threadOwners: ThreadOwners = ownersOver(processTable());

/**
 * To be called when a worker thread of this process has ended, from the `exit` event of the `Worker`
 * with the `threadId` that it had. What the thread owned then reads as abandoned. On Linux the end of a
 * thread is noticed without this call; elsewhere, unless it has a life line, it lives on until it comes.
 */
export function threadEnded(threadId: number): void {
  unwatchThread(threadId);
  for (const owners of known.values()) owners.table.clearThread(threadId);
}

/** Notes, for all threads, which of those that this thread has started have ended: for what blocks it. */
export function noticeEndedThreads(): void {
  for (const owners of known.values()) owners.table.noticeEnds();
}

import { sharedState } from '@manycore/core/internal';

import { OwnerTable, ownerTableWords } from '../owners/owner-table.js';
import type { LifeLine } from '../platform/life-line.js';
import {
  currentThreadId,
  inherited,
  onThreadExit,
  shareWithThreads,
  type SystemThread,
  systemThread,
  systemThreadLives,
  type ThreadResource,
} from '../platform/node.js';
import type { Owners } from '../shared-block.js';
import { AtomicView } from '../words.js';

/*
 * Where the system does not list threads (everywhere but on Linux with /proc), the end of a thread is an event
 * of its `Worker`, which a parent that blocks does not see: it would wait forever for a thread that was
 * terminated, or ran out of memory. There each thread gets one end of a channel when it is started. That end
 * closes with the thread, and its parent can see so at any time.
 *
 * By Node's id of the thread, which is never used twice. Only those that this thread has started.
 */
const watched = sharedState('memory.lifeLines', () => new Map<number, LifeLine>());

/** Watches a thread that this thread has started, until `unwatchThread`. */
export function watchThread(threadId: number, line: LifeLine): void {
  watched.set(threadId, line);
}

/** To be called when the thread's end is known to all. */
function unwatchThread(threadId: number): void {
  watched.get(threadId)?.close();
  watched.delete(threadId);
}

/** Whether a thread has ended; undefined when it is not watched. */
export function watchedThreadEnded(threadId: number): boolean | undefined {
  return watched.get(threadId)?.hasEnded();
}

/** The watched threads that have ended, without an event of that. */
function endedThreads(): number[] {
  return watched.size === 0 ? [] : [...watched].flatMap(([id, line]) => (line.hasEnded() ? [id] : []));
}

/** Words before the owners: the identity of the table, random, by which two views of it are known. */
const identityWords = 16;

/** How large the memory of a table is. */
export const threadTableBytes: number = (identityWords + ownerTableWords) * 4;

/** What the table says of an owner. A system thread of 0: the platform does not tell. */
const [threadField, systemField, startedField] = [0, 1, 2] as const;

/** Which threads of this process live. One table for all of them, in shared memory. */
class ThreadTable {
  readonly buffer: SharedArrayBuffer;
  readonly #identity: Int32Array;
  readonly #owners: OwnerTable;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#identity = new Int32Array(buffer, 0, 4);
    this.#owners = new OwnerTable(new AtomicView(new Int32Array(buffer, identityWords * 4)), (field) => {
      const id = field(systemField);
      return id === 0 || systemThreadLives({ id, started: field(startedField) });
    });
  }

  static create(): ThreadTable {
    const table = new ThreadTable(new SharedArrayBuffer(threadTableBytes));
    table.#identity.forEach((_, index, words) => (words[index] = Math.random() * 2 ** 32));
    return table;
  }

  /** The same for every view of one table, in whichever thread. */
  get identity(): string {
    return this.#identity.join();
  }

  /** Gives the calling thread an owner id. */
  register(threadId: number, system: SystemThread | undefined): number {
    return this.#owners.register([threadId, system?.id ?? 0, system?.started ?? 0]);
  }

  alive(id: number): boolean {
    // A thread may do nothing but ask, and others wait for owners that it started, too.
    this.noticeEnds();
    return this.#owners.alive(id);
  }

  /** The owner is gone. */
  clear(id: number): void {
    this.#owners.clear(id);
  }

  /** Clears the threads that this thread has started and that have ended without an event so far. */
  noticeEnds(): void {
    for (const threadId of endedThreads()) this.clearThread(threadId);
  }

  /** The thread with this number is gone. */
  clearThread(threadId: number): void {
    for (const id of this.#owners.ids()) {
      if (this.#owners.field(id, threadField) === threadId) this.clear(id);
    }
  }
}

const key = 'manycore.threads.1';

/** The table that this thread inherited, or a new one that the threads it starts will inherit. */
function processTable(): ThreadTable {
  const buffer = inherited(key);
  if (buffer) return new ThreadTable(buffer);
  const table = ThreadTable.create();
  shareWithThreads(key, table.buffer);
  return table;
}

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

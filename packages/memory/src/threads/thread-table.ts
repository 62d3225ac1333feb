import { AtomicView } from '../words/shared-words.js';
import { OwnerTable, ownerTableWords } from '../owners/owner-table.js';
import { endedThreads } from './life-lines.js';
import { shareWithThreads, inherited, type SystemThread, systemThreadLives } from '../platform/node.js';

/** Words before the owners: the identity of the table, random, by which two views of it are known. */
const identityWords = 16;

/** How large the memory of a table is. */
export const threadTableBytes: number = (identityWords + ownerTableWords) * 4;

/** What the table says of an owner. A system thread of 0: the platform does not tell. */
const [threadField, systemField, startedField] = [0, 1, 2] as const;

/** Which threads of this process live. One table for all of them, in shared memory. */
export class ThreadTable {
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
export function processTable(): ThreadTable {
  const buffer = inherited(key);
  if (buffer) return new ThreadTable(buffer);
  const table = ThreadTable.create();
  shareWithThreads(key, table.buffer);
  return table;
}

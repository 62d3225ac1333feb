import {
  bequeath,
  inherited,
  type SystemThread,
  systemThreadLives,
} from '../platform/node.js';

/*
 * Layout, in 32-bit words:
 *   0 … 3   the identity of the table (random: two views of one table are known by it)
 *   4       where to look for a free slot next
 *   16 …    slots of 8 words: owner id · thread id · system thread id · its start · ready · unused
 *
 * A slot's first word is 0 while it was never used, the owner's id while the owner lives, and minus the
 * id afterwards. The id holds the slot's number and a generation that grows with each use, so an id
 * comes back only after 2 ** 18 further threads used the same slot. `ready` holds the same id once the
 * fields between are those of this owner: until then nobody may read them.
 */
const slotBits = 12;
const slots = 2 ** slotBits;
const generations = 2 ** 18;
const hintWord = 4;
const firstSlot = 16;
const slotWords = 8;

const [ownerField, threadField, systemField, startedField, readyField] = [0, 1, 2, 3, 4] as const;

/** Which threads of this process live. One table for all of them, in shared memory. */
export class ThreadTable {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  static create(): ThreadTable {
    const buffer = new SharedArrayBuffer((firstSlot + slots * slotWords) * 4);
    const words = new Int32Array(buffer);
    for (let word = 0; word < 4; word += 1) words[word] = Math.floor(Math.random() * 2 ** 32);
    return new ThreadTable(buffer);
  }

  /** The same for every view of one table, in whichever thread. */
  get identity(): string {
    return this.#words.subarray(0, 4).join();
  }

  /** Gives the calling thread a slot; its owner id. */
  register(threadId: number, system: SystemThread | undefined): number {
    const words = this.#words;
    for (let round = 0; round < 2; round += 1) {
      const start = Atomics.add(words, hintWord, 1);
      for (let step = 0; step < slots; step += 1) {
        const slot = (start + step) & (slots - 1);
        const id = this.#claim(slot);
        if (id === 0) continue;
        const at = firstSlot + slot * slotWords;
        Atomics.store(words, at + systemField, system?.id ?? 0);
        Atomics.store(words, at + startedField, system?.started ?? 0);
        Atomics.store(words, at + threadField, threadId);
        Atomics.store(words, at + readyField, id);
        return id;
      }
      // Threads that were terminated may still hold theirs.
      for (let slot = 0; slot < slots; slot += 1) this.#collect(slot);
    }
    throw new RangeError(`more than ${slots} threads of this process use shared memory at once`);
  }

  alive(id: number): boolean {
    const slot = id & (slots - 1);
    if (id <= 0 || Atomics.load(this.#words, firstSlot + slot * slotWords) !== id) return false;
    this.#collect(slot);
    return Atomics.load(this.#words, firstSlot + slot * slotWords) === id;
  }

  /** The owner is gone. */
  clear(id: number): void {
    const at = firstSlot + (id & (slots - 1)) * slotWords;
    Atomics.compareExchange(this.#words, at + ownerField, id, -id);
  }

  /** The thread with this number is gone. */
  clearThread(threadId: number): void {
    for (let slot = 0; slot < slots; slot += 1) {
      const at = firstSlot + slot * slotWords;
      const id = Atomics.load(this.#words, at + ownerField);
      if (id <= 0 || Atomics.load(this.#words, at + readyField) !== id) continue;
      if (Atomics.load(this.#words, at + threadField) === threadId) this.clear(id);
    }
  }

  /** Takes the slot if it is free: the new owner's id, else 0. */
  #claim(slot: number): number {
    const at = firstSlot + slot * slotWords;
    const last = Atomics.load(this.#words, at + ownerField);
    if (last > 0) return 0;
    const generation = ((-last >> slotBits) + 1) % generations;
    const id = (Math.max(generation, 1) << slotBits) | slot;
    return Atomics.compareExchange(this.#words, at + ownerField, last, id) === last ? id : 0;
  }

  /** Frees the slot of a thread that the system no longer has. */
  #collect(slot: number): void {
    const at = firstSlot + slot * slotWords;
    const id = Atomics.load(this.#words, at + ownerField);
    if (id <= 0 || Atomics.load(this.#words, at + readyField) !== id) return;
    const system = Atomics.load(this.#words, at + systemField);
    if (system === 0) return;
    const started = Atomics.load(this.#words, at + startedField);
    if (!systemThreadLives({ id: system, started })) this.clear(id);
  }
}

const key = 'manycore.threads.1';

/** The table that this thread inherited, or a new one that the threads it starts will inherit. */
export function processTable(): ThreadTable {
  const buffer = inherited(key);
  if (buffer) return new ThreadTable(buffer);
  const table = ThreadTable.create();
  bequeath(key, table.buffer);
  return table;
}

import type { AtomicWords } from '../words.js';

/*
 * A slot has 16 words: 0 owner · 1 ready · 2 … 15 fields.
 *
 * The owner word is 0 while the slot was never used, the owner's id while the owner lives, and minus the
 * id afterwards. The id holds the slot's number and a generation that grows with each use, so an id
 * comes back only after 2 ** 20 further owners in the same slot. `ready` holds the same id once the
 * fields are those of this owner: until then no thread may read them. README.md has the transitions.
 */
const slotWords = 16;
const readyWord = 1;
const firstField = 2;

const slotBits = 10;
/** How many owners there can be at once. */
const mostSlots = 2 ** slotBits;
const generations = 2 ** 20;

/** The words that a table takes, behind its own first word: a hint where to look for a free slot. */
export const ownerTableWords: number = slotWords + mostSlots * slotWords;

/** Tells from an owner's fields whether it still lives. */
export type Liveness = (field: (index: number) => number) => boolean;

/** Owners in shared memory: their ids, and a few words about each. */
export class OwnerTable {
  readonly #words: AtomicWords;
  readonly #slots: number;
  readonly #lives: Liveness;

  /** Over words that are all zero at first: `ownerTableWords`, unless told to have fewer slots, a power of two. */
  constructor(words: AtomicWords, lives: Liveness, slots: number = mostSlots) {
    this.#words = words;
    this.#lives = lives;
    this.#slots = slots;
  }

  /** Gives an owner a slot; its id. */
  register(fields: readonly number[]): number {
    const words = this.#words;
    for (let round = 0; round < 2; round += 1) {
      const start = words.add(0, 1);
      for (let step = 0; step < this.#slots; step += 1) {
        const slot = (start + step) & (this.#slots - 1);
        const id = this.#claim(slot);
        if (id === 0) continue;
        const at = slotAt(slot);
        fields.forEach((value, index) => words.store(at + firstField + index, value));
        words.store(at + readyWord, id);
        return id;
      }
      // Owners that were killed may still hold theirs.
      for (let slot = 0; slot < this.#slots; slot += 1) this.alive(this.#ownerOf(slot));
    }
    throw new RangeError(`more than ${this.#slots} threads use the same shared memory at once`);
  }

  /** Whether the owner still lives. Frees the slot of one that does not. */
  alive(id: number): boolean {
    const slot = id & (this.#slots - 1);
    if (id <= 0 || this.#ownerOf(slot) !== id) return false;
    if (this.#words.load(slotAt(slot) + readyWord) !== id) return true;
    if (this.#lives((index) => this.field(id, index))) return true;
    this.clear(id);
    return false;
  }

  /** Whether the owner still stands in the table; it may be dead already. */
  has(id: number): boolean {
    return id > 0 && this.#ownerOf(id & (this.#slots - 1)) === id;
  }

  /** A field of the owner: 0 when it was not given. */
  field(id: number, index: number): number {
    return this.#words.load(slotAt(id & (this.#slots - 1)) + firstField + index);
  }

  /** Changes a field of the calling owner. */
  setField(id: number, index: number, value: number): void {
    this.#words.store(slotAt(id & (this.#slots - 1)) + firstField + index, value);
  }

  /** The owner is gone. */
  clear(id: number): void {
    if (id > 0) this.#words.compareExchange(slotAt(id & (this.#slots - 1)), id, -id);
  }

  /** The ids of all owners that have not been found dead so far. */
  ids(): number[] {
    const found: number[] = [];
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const id = this.#ownerOf(slot);
      if (id > 0 && this.#words.load(slotAt(slot) + readyWord) === id) found.push(id);
    }
    return found;
  }

  #ownerOf(slot: number): number {
    return this.#words.load(slotAt(slot));
  }

  /** Takes the slot if it is free: the new owner's id, else 0. */
  #claim(slot: number): number {
    const last = this.#ownerOf(slot);
    if (last > 0) return 0;
    // Generation 0 is left out: an id is positive.
    const generation = ((-last >> slotBits) + 1) % generations || 1;
    const id = (generation << slotBits) | slot;
    return this.#words.compareExchange(slotAt(slot), last, id) === last ? id : 0;
  }
}

function slotAt(slot: number): number {
  return slotWords + slot * slotWords;
}

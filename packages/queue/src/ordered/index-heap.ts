import * as at from './layout.js';

/** Which of two messages comes first: the later one, or the one of the lower rank and then the earlier one. */
export type Discipline = 'lifo' | 'priority';

/** The cells of a store's messages, in a binary heap: the next one to be taken is at place 0. */
export class IndexHeap {
  readonly #memory: at.OrderedMemory<at.RankedPayload, unknown>;
  readonly #discipline: Discipline;

  constructor(memory: at.OrderedMemory<at.RankedPayload, unknown>, discipline: Discipline) {
    this.#memory = memory;
    this.#discipline = discipline;
  }

  push(cell: number): void {
    const memory = this.#memory;
    let place = memory.load(at.count);
    memory.store(at.count, place + 1);
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = memory.indexAt(parent);
      if (!this.#precedes(cell, above)) break;
      memory.setIndex(place, above);
      place = parent;
    }
    memory.setIndex(place, cell);
  }

  /** Takes the first one out. */
  pop(): void {
    const memory = this.#memory;
    const size = memory.load(at.count) - 1;
    memory.store(at.count, size);
    const cell = memory.indexAt(size);
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#precedes(memory.indexAt(right), memory.indexAt(child))) child = right;
      const below = memory.indexAt(child);
      if (!this.#precedes(below, cell)) break;
      memory.setIndex(place, below);
      place = child;
    }
    memory.setIndex(place, cell);
  }

  #precedes(a: number, b: number): boolean {
    const memory = this.#memory;
    const age = (memory.sequenceOf(a) - memory.sequenceOf(b)) | 0;
    if (this.#discipline === 'lifo') return age > 0;
    const [rankA, rankB] = [memory.rankOf(a), memory.rankOf(b)];
    return rankA === rankB ? age < 0 : rankA < rankB;
  }
}

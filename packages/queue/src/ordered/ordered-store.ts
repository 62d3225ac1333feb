import { SideLock } from '../ring/lock.js';
import { closed, done } from '../ring/outcome.js';
import type { Assembly } from '../ring/ring-memory.js';
import { signal } from '../ring/signal.js';
import { type Discipline, IndexHeap } from './index-heap.js';
import * as at from './layout.js';
import {
  cellPayload,
  firstCell,
  freeCell,
  type OrderedMemory,
  type RankedPayload,
} from './ordered-memory.js';

/** Messages in shared memory in some order, as one thread sees them. README.md explains how they lie there. */
export class OrderedStore<Out extends RankedPayload, In> {
  readonly lock: SideLock;
  readonly #memory: OrderedMemory<Out, In>;
  readonly #index: IndexHeap;
  /** How many messages there may be; 0: as many as there is room for. */
  readonly #maxSize: number;
  #message: In | undefined;

  constructor(memory: OrderedMemory<Out, In>, maxSize: number, discipline: Discipline) {
    this.#memory = memory;
    this.#maxSize = maxSize;
    this.#index = new IndexHeap(memory, discipline);
    this.lock = new SideLock(memory, at.lock);
  }

  /** Makes the words and the index of a store that is all zero. */
  prepare(): void {
    this.#derive();
  }

  put(message: Out): number {
    const outcome = this.#locked(() => this.#insert(message));
    if (outcome === done) signal(this.#memory, at.items, 1);
    return outcome === at.lock && this.closed ? closed : outcome;
  }

  /** After `done`, `message` has what was taken. */
  take(): number {
    const outcome = this.#locked(() => this.#remove());
    if (outcome === done) {
      signal(this.#memory, at.space, Infinity);
      this.#passOn();
    }
    return outcome;
  }

  message(): In {
    const message = this.#message as In;
    this.#message = undefined;
    return message;
  }

  probe(): number {
    if (this.size > 0) {
      this.#passOn();
      return done;
    }
    return this.closed ? closed : at.items;
  }

  /** Completes or undoes what a dead thread was about, if there is one. */
  rescue(): void {
    if (!this.lock.takeOver()) return;
    this.#derive();
    this.lock.release();
    signal(this.#memory, at.items, 1);
    signal(this.#memory, at.space, Infinity);
  }

  /** From now on nothing can be put; `done`, or the lock to wait for. */
  close(): number {
    const memory = this.#memory;
    return this.#locked(() => {
      memory.store(at.closedWord, 1);
      for (const word of [at.items, at.space]) {
        memory.store(word, 0);
        memory.wake(word, Infinity);
      }
      memory.wake(at.lock, Infinity);
      return done;
    });
  }

  get closed(): boolean {
    return this.#memory.load(at.closedWord) !== 0;
  }

  get size(): number {
    return this.#memory.load(at.count);
  }

  get full(): boolean {
    if (this.#maxSize !== 0 && this.size >= this.#maxSize) return true;
    return this.#memory.load(at.freeCells) === 0;
  }

  #locked(action: () => number): number {
    if (!this.lock.acquire()) return at.lock;
    try {
      return action();
    } catch (error) {
      // The message could not be copied, or the stack is full.
      this.#derive();
      throw error;
    } finally {
      this.lock.release();
    }
  }

  #insert(message: Out): number {
    const memory = this.#memory;
    if (this.closed) return closed;
    if (this.#maxSize !== 0 && this.size >= this.#maxSize) return at.space;
    const cells = cellsFor(message.byteLength);
    const free = memory.load(at.freeCells);
    if (cells > free) return at.space;

    const first = memory.load(at.firstFree) - 1;
    let cell = first;
    let from = 0;
    for (let left = cells; ; left -= 1) {
      const length = Math.min(message.byteLength - from, cellPayload);
      memory.copyIn(cell, message, from, length);
      from += length;
      const next = memory.nextOf(cell);
      if (left === 1) {
        memory.setNext(cell, -1);
        memory.store(at.firstFree, next + 1);
        memory.store(at.freeCells, free - cells);
        break;
      }
      cell = next;
    }
    const sequence = memory.load(at.nextSequence);
    memory.store(at.nextSequence, (sequence + 1) | 0);
    memory.describe(first, message, sequence);
    // This is the put: who finds the lock of a dead holder derives everything else from it.
    memory.setState(first, firstCell);
    this.#index.push(first);
    return done;
  }

  #remove(): number {
    const memory = this.#memory;
    if (this.size === 0) return this.closed ? closed : at.items;
    const first = memory.indexAt(0);
    const { message, last, cells } = this.#read(first);
    this.#message = message;
    // This is the take.
    memory.setState(first, freeCell);
    this.#index.pop();
    memory.setNext(last, memory.load(at.firstFree) - 1);
    memory.store(at.firstFree, first + 1);
    memory.store(at.freeCells, memory.load(at.freeCells) + cells);
    return done;
  }

  #read(first: number): { message: In; last: number; cells: number } {
    const memory = this.#memory;
    const [kind, total] = [memory.kindOf(first), memory.lengthOf(first)];
    if (total <= cellPayload) {
      return { message: memory.copyOut(first, kind, total), last: first, cells: 1 };
    }
    const assembly: Assembly<In> = memory.assemble(kind, total);
    let left = total;
    let cells = 0;
    for (let cell = first; ; cell = memory.nextOf(cell)) {
      const length = Math.min(left, cellPayload);
      assembly.add(cell, length);
      left -= length;
      cells += 1;
      if (left === 0) return { message: assembly.finish(), last: cell, cells };
    }
  }

  /** Makes everything that is derived anew, from the cells in which messages begin. */
  #derive(): void {
    const memory = this.#memory;
    const used = new Uint8Array(memory.cells);
    memory.store(at.count, 0);
    let next = memory.load(at.nextSequence);
    for (let first = 0; first < memory.cells; first += 1) {
      if (memory.stateOf(first) !== firstCell) continue;
      for (let cell = first; cell >= 0; cell = memory.nextOf(cell)) used[cell] = 1;
      const after = (memory.sequenceOf(first) + 1) | 0;
      if (((after - next) | 0) > 0) next = after;
      this.#index.push(first);
    }
    memory.store(at.nextSequence, next);
    let free = -1;
    let freeCells = 0;
    for (let cell = memory.cells - 1; cell >= 0; cell -= 1) {
      if (used[cell] === 1) continue;
      memory.setNext(cell, free);
      free = cell;
      freeCells += 1;
    }
    memory.store(at.firstFree, free + 1);
    memory.store(at.freeCells, freeCells);
  }

  #passOn(): void {
    if (this.size > 0) signal(this.#memory, at.items, 1);
  }
}

export function cellsFor(byteLength: number): number {
  return Math.max(1, Math.ceil(byteLength / cellPayload));
}

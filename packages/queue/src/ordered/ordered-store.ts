import { EventCount } from '@manycore/memory/internal';

import { QueueCorruptedError } from '../errors.js';
import type { Assembly } from '../ring/layout.js';
import { SideMutex } from '../ring/side-mutex.js';
import { closed, type Counts, done } from '../store.js';
import { type Discipline, IndexHeap } from './index-heap.js';
import * as at from './layout.js';
import { cellPayload, firstCell, freeCell, type OrderedMemory, type RankedPayload } from './layout.js';

/** Messages in shared memory in some order, as one thread sees them. README.md explains how they lie there. */
export class OrderedStore<Out extends RankedPayload, In> {
  readonly mutex: SideMutex;
  readonly #items: EventCount;
  readonly #space: EventCount;
  readonly #memory: OrderedMemory<Out, In>;
  readonly #index: IndexHeap;
  /** How many messages there may be; 0: as many as there is room for. */
  readonly #maxSize: number;
  /** Is called before a message counts as taken: the thread that takes it may have to account for it. */
  readonly #onTake: (() => void) | undefined;
  #message: In | undefined;

  constructor(
    memory: OrderedMemory<Out, In>,
    maxSize: number,
    discipline: Discipline,
    onTake?: () => void,
  ) {
    this.#onTake = onTake;
    this.#memory = memory;
    this.#maxSize = maxSize;
    this.#index = new IndexHeap(memory, discipline);
    this.mutex = new SideMutex(memory, at.mutex);
    this.#items = new EventCount(memory, at.items);
    this.#space = new EventCount(memory, at.space);
  }

  /** Makes the words and the index of a store that is all zero. */
  prepare(): void {
    this.#derive();
  }

  tryPush(message: Out): number {
    const outcome = this.#locked(() => this.#insert(message));
    if (outcome === done) this.#items.notify(1);
    return outcome === at.mutex && this.closed ? closed : outcome;
  }

  /** After `done`, `message` has what was taken. */
  tryPop(): number {
    const outcome = this.#locked(() => this.#remove());
    if (outcome === done) {
      this.#space.notify(Infinity);
      this.#passOn();
    }
    return outcome;
  }

  message(): In {
    const message = this.#message as In;
    this.#message = undefined;
    return message;
  }

  peek(): number {
    if (this.size <= 0) return this.closed ? closed : at.items;
    const outcome = this.#locked(() => this.#look(false));
    if (outcome === done) this.#passOn();
    return outcome;
  }

  /** See `WaitSource`. */
  prepareWait(word: number): number | undefined {
    if (word === at.mutex) return this.mutex.prepareWait();
    return new EventCount(this.#memory, word).prepareWait();
  }

  /** See `WaitSource`. */
  passOn(word: number): void {
    if (word === at.items || word === at.parts) {
      if (this.closed || this.size > 0) new EventCount(this.#memory, word).notify(1);
    } else if (word !== at.mutex) {
      new EventCount(this.#memory, word).notify(Infinity);
    }
  }

  /** Completes or undoes what a dead thread was about, if there is one. */
  rescue(): void {
    if (!this.mutex.tryTakeOver()) return;
    this.#derive();
    this.mutex.unlock();
    this.#items.notify(1);
    this.#space.notify(Infinity);
  }

  /**
   * From now on nothing can be put; with `immediate`, nothing can be taken either. `done`, or the mutex to
   * wait for: its owner may be putting.
   */
  close(immediate: boolean): number {
    const memory = this.#memory;
    memory.store(at.closedWord, 1);
    if (immediate) memory.store(at.dropped, 1);
    for (const word of [at.items, at.parts, at.space]) {
      memory.store(word, 0);
      memory.notify(word, Infinity);
    }
    memory.notify(at.mutex, Infinity);
    if (immediate) this.wakeJoined();
    return this.#locked(() => done);
  }

  /** Wakes all threads that sleep until what belongs to the next message has come. */
  wakeParts(): void {
    new EventCount(this.#memory, at.parts).notify(Infinity);
  }

  /** Wakes all threads that sleep until every message is finished. */
  wakeJoined(): void {
    new EventCount(this.#memory, at.joined).notify(Infinity);
  }

  /** How many messages are to be finished so far: those that were put, but for those that were dropped. */
  get due(): number {
    const memory = this.#memory;
    const puts = memory.load(at.nextSequence);
    return memory.load(at.dropped) === 0 ? puts : (puts - memory.load(at.count)) | 0;
  }

  /** See `CountedStore`: nothing changes meanwhile. */
  counting(look: (counts: Counts) => void): boolean {
    const memory = this.#memory;
    return (
      this.#locked(() => {
        const takes = (memory.load(at.nextSequence) - memory.load(at.count)) | 0;
        look({ due: this.due, takes });
        return done;
      }) === done
    );
  }

  /** Calls `visit` with every cell in which a message begins; false when that cannot be done now. */
  visitFirst(visit: (cell: number) => void): boolean {
    const memory = this.#memory;
    return (
      this.#locked(() => {
        for (let cell = 0; cell < memory.cells; cell += 1) {
          if (memory.stateOf(cell) === firstCell) visit(cell);
        }
        return done;
      }) === done
    );
  }

  get closed(): boolean {
    return this.#memory.load(at.closedWord) !== 0;
  }

  get size(): number {
    return this.#dropped ? 0 : this.#memory.load(at.count);
  }

  get full(): boolean {
    if (this.#maxSize !== 0 && this.size >= this.#maxSize) return true;
    return this.#memory.load(at.freeCells) === 0;
  }

  get #dropped(): boolean {
    return this.#memory.load(at.dropped) !== 0;
  }

  #locked(action: () => number): number {
    if (!this.mutex.tryLock()) return at.mutex;
    try {
      return action();
    } catch (error) {
      // The message could not be copied, or the stack is full.
      this.#derive();
      throw error;
    } finally {
      this.mutex.unlock();
    }
  }

  #insert(message: Out): number {
    const memory = this.#memory;
    if (this.closed) return closed;
    if (this.#maxSize !== 0 && this.size >= this.#maxSize) return at.space;
    const cells = cellsFor(message.byteLength);
    const free = memory.load(at.freeCells);
    if (cells > free) return at.space;

    const first = this.#checked(memory.load(at.firstFree) - 1);
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
      cell = this.#checked(next);
    }
    const sequence = memory.load(at.nextSequence);
    memory.describe(first, message, sequence);
    // This is the put: the thread that takes over from a dead owner derives everything else from it.
    memory.setState(first, firstCell);
    memory.store(at.nextSequence, (sequence + 1) | 0);
    this.#index.push(first);
    return done;
  }

  #remove(): number {
    const memory = this.#memory;
    const found = this.#look(true);
    if (found !== done) return found;
    const first = this.#first();
    const { message, last, cells } = this.#read(first);
    this.#message = message;
    this.#onTake?.();
    // This is the take.
    memory.setState(first, freeCell);
    this.#index.pop();
    memory.setNext(last, memory.load(at.firstFree) - 1);
    memory.store(at.firstFree, first + 1);
    memory.store(at.freeCells, memory.load(at.freeCells) + cells);
    return done;
  }

  /** What a take would come to. */
  #look(taking: boolean): number {
    if (this.size <= 0) return this.closed ? closed : at.items;
    const memory = this.#memory;
    const first = this.#first();
    return memory.ready(first, memory.kindOf(first), taking) ? done : at.parts;
  }

  /** The cell of the message that is taken next. */
  #first(): number {
    return this.#checked(this.#memory.indexAt(0));
  }

  /** A cell that another thread named. */
  #checked(cell: number): number {
    if (cell >= 0 && cell < this.#memory.cells) return cell;
    throw new QueueCorruptedError(`cell ${cell} of ${this.#memory.cells}`);
  }

  #read(first: number): { message: In; last: number; cells: number } {
    const memory = this.#memory;
    const [kind, total] = [memory.kindOf(first), memory.lengthOf(first)];
    if (total < 0 || cellsFor(total) > memory.cells) throw new QueueCorruptedError(`${total} bytes`);
    if (total <= cellPayload) {
      return { message: memory.copyOut(first, kind, total), last: first, cells: 1 };
    }
    const assembly: Assembly<In> = memory.assemble(kind, total);
    let left = total;
    let cells = 0;
    for (let cell = first; ; cell = this.#checked(memory.nextOf(cell))) {
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
      // No cell twice: the links may have been overwritten, and lead in a circle.
      for (let cell = first; used[cell] === 0; cell = memory.nextOf(cell)) used[cell] = 1;
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
    if (this.size > 0) this.#items.notify(1);
  }
}

export function cellsFor(byteLength: number): number {
  return Math.max(1, Math.ceil(byteLength / cellPayload));
}

import { QueueCorruptedError } from '../errors/queue-corrupted-error.js';
import type { Counts } from '../ring/counts.js';
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
  /** Is called before a message counts as taken: whoever took it may have to account for it. */
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
    if (this.size <= 0) return this.closed ? closed : at.items;
    const outcome = this.#locked(() => this.#look(false));
    if (outcome === done) this.#passOn();
    return outcome;
  }

  /** Completes or undoes what a dead thread was about, if there is one. */
  rescue(): void {
    if (!this.lock.takeOver()) return;
    this.#derive();
    this.lock.release();
    signal(this.#memory, at.items, 1);
    signal(this.#memory, at.space, Infinity);
  }

  /**
   * From now on nothing can be put; with `immediate`, nothing can be taken either. `done`, or the lock to wait
   * for: whoever has it may be putting.
   */
  close(immediate: boolean): number {
    const memory = this.#memory;
    memory.store(at.closedWord, 1);
    if (immediate) memory.store(at.dropped, 1);
    for (const word of [at.items, at.parts, at.space]) {
      memory.store(word, 0);
      memory.wake(word, Infinity);
    }
    memory.wake(at.lock, Infinity);
    if (immediate) this.wakeJoined();
    return this.#locked(() => done);
  }

  /** Wakes all who sleep until what belongs to the next message has come. */
  wakeParts(): void {
    signal(this.#memory, at.parts, Infinity);
  }

  /** Wakes all who sleep until every message is finished. */
  wakeJoined(): void {
    signal(this.#memory, at.joined, Infinity);
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
    // This is the put: who finds the lock of a dead holder derives everything else from it.
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

  /** A cell that others named. */
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
    if (this.size > 0) signal(this.#memory, at.items, 1);
  }
}

export function cellsFor(byteLength: number): number {
  return Math.max(1, Math.ceil(byteLength / cellPayload));
}

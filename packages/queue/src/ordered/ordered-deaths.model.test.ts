import { allocate, type SharedBlock } from '@manycore/memory';
import { describe, expect, test } from 'vitest';

import { encode } from '../encoding/encode.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { done } from '../store.js';
import { BlockCells, orderedBytes } from './block-cells.js';
import { OrderedStore } from './ordered-store.js';

const capacity = 2048;
const [mortal, survivor] = [1, 2];

class Killed extends Error {}

/** The memory as one thread sees it that dies before it has changed anything for the `life + 1`-th time. */
class MortalCells extends BlockCells {
  readonly #self: number;
  #life: number;

  constructor(block: SharedBlock, self: number, life: number) {
    super(block, capacity);
    this.#self = self;
    this.#life = life;
  }

  override get self(): number {
    return this.#self;
  }

  override alive(owner: number): boolean {
    return owner !== mortal;
  }

  override store(word: number, value: number): void {
    this.#step();
    super.store(word, value);
  }

  override exchange(word: number, value: number): number {
    this.#step();
    return super.exchange(word, value);
  }

  override compareExchange(word: number, expected: number, replacement: number): number {
    this.#step();
    return super.compareExchange(word, expected, replacement);
  }

  override add(word: number, value: number): number {
    this.#step();
    return super.add(word, value);
  }

  override setState(cell: number, state: number): void {
    this.#step();
    super.setState(cell, state);
  }

  override setNext(cell: number, next: number): void {
    this.#step();
    super.setNext(cell, next);
  }

  override setIndex(place: number, cell: number): void {
    this.#step();
    super.setIndex(place, cell);
  }

  override describe(cell: number, message: Outgoing, sequence: number): void {
    this.#step();
    super.describe(cell, message, sequence);
  }

  override copyIn(cell: number, message: Outgoing, from: number, length: number): void {
    this.#step();
    super.copyIn(cell, message, from, length);
  }

  #step(): void {
    if (this.#life <= 0) throw new Killed();
    this.#life -= 1;
  }
}

function storeOf(block: SharedBlock, self: number, life = Infinity): OrderedStore<Outgoing, unknown> {
  return new OrderedStore(new MortalCells(block, self, life), 0, 'priority');
}

function messageOf(rank: number, length: number): Outgoing {
  const message = encode('x'.repeat(length), 'threads');
  message.rank = rank;
  return message;
}

/** The lengths of the texts that are in the store, in the order in which they come out. */
function drain(store: OrderedStore<Outgoing, unknown>): number[] {
  const lengths: number[] = [];
  while (store.tryPop() === done) lengths.push((store.message() as { text: string }).text.length);
  return lengths;
}

describe.each<[string, (store: OrderedStore<Outgoing, unknown>) => number, number[]]>([
  ['put', (store) => store.tryPush(messageOf(2, 250)), [10, 20, 250, 200, 30]],
  ['take', (store) => store.tryPop(), [20, 200, 30]],
])('killed at any step of a %s', (_, operation, after) => {
  const before = [10, 20, 200, 30];

  test('it was done or it was not, and nothing is lost', () => {
    let completed = false;
    let steps = 0;
    for (; !completed; steps += 1) {
      const block = allocate(orderedBytes(capacity), 'threads');
      const store = storeOf(block, survivor);
      store.prepare();
      for (const [rank, length] of [
        [3, 200],
        [1, 10],
        [4, 30],
        [2, 20],
      ] as const) {
        expect(store.tryPush(messageOf(rank, length))).toBe(done);
      }
      try {
        completed = operation(storeOf(block, mortal, steps)) === done;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      store.rescue();
      const size = store.size;
      const found = drain(store);
      expect(size).toBe(found.length);
      expect([before, after]).toContainEqual(found);
      // Every cell is free again: a message that needs all of them has room.
      expect(store.tryPush(messageOf(0, 16 * 96))).toBe(done);
      expect(drain(store)).toEqual([16 * 96]);
    }
    expect(steps).toBeGreaterThan(5);
  });

  test('the thread that repairs may be killed as well', () => {
    for (let life = 3; life < 12; life += 1) {
      for (let repair = 0; repair < 40; repair += 1) {
        const block = allocate(orderedBytes(capacity), 'threads');
        const store = storeOf(block, survivor);
        store.prepare();
        store.tryPush(messageOf(1, 10));
        store.tryPush(messageOf(2, 20));
        for (const action of [
          () => operation(storeOf(block, mortal, life)),
          () => storeOf(block, mortal, repair).rescue(),
        ]) {
          try {
            action();
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
        }
        store.rescue();
        const size = store.size;
        expect(drain(store).length).toBe(size);
        expect(store.tryPush(messageOf(0, 16 * 96))).toBe(done);
      }
    }
  });
});

import { PreparedWait, waitSync } from '@manycore/memory/internal';
import { type Action, type End, ModelOf, ModelWords, type Operation, type Scenario, type Shared } from '@manycore/model';
import { describe, expect, test } from 'vitest';

import { actOn, announcedOf } from '../../test/support/ring-model.js';
import { done } from '../store.js';
import * as at from './layout.js';
import type { OrderedMemory, RankedPayload } from './layout.js';
import { OrderedStore } from './ordered-store.js';

const model = new ModelOf('the ordered store');

/** A message of the model: its rank says which it is. */
interface Ranked extends RankedPayload {
  readonly rank: number;
}

const cells = 2;
/** The numbers of a cell: state, next, kind, length, rank, sequence, and what its bytes hold. */
const fields = 7;
const indexFrom = cells * fields;

/** The memory of an ordered store in the model. */
class CellsModel extends ModelWords implements OrderedMemory<Ranked, Ranked> {
  readonly cells = cells;

  setState(cell: number, state: number): void {
    this.#write(cell, 0, state);
  }

  stateOf(cell: number): number {
    return this.#field(cell, 0);
  }

  nextOf(cell: number): number {
    return this.#field(cell, 1);
  }

  setNext(cell: number, next: number): void {
    this.#write(cell, 1, next);
  }

  kindOf(cell: number): number {
    return this.#field(cell, 2);
  }

  lengthOf(cell: number): number {
    return this.#field(cell, 3);
  }

  rankOf(cell: number): number {
    return this.#field(cell, 4);
  }

  sequenceOf(cell: number): number {
    return this.#field(cell, 5);
  }

  describe(cell: number, { kind, byteLength, rank }: Ranked, sequence: number): void {
    this.#write(cell, 2, kind, byteLength, rank, sequence);
  }

  indexAt(place: number): number {
    return this.read(indexFrom + place, 1)[0] ?? 0;
  }

  setIndex(place: number, cell: number): void {
    this.act({ name: 'write', cell: indexFrom + place, values: [cell] });
  }

  ready(): boolean {
    return true;
  }

  copyIn(cell: number, { rank }: Ranked): void {
    this.#write(cell, 6, rank);
  }

  copyOut(cell: number, kind: number, length: number): Ranked {
    return { kind, byteLength: length, rank: this.#field(cell, 6) };
  }

  assemble(): never {
    throw new Error('the messages of the model fit into a cell');
  }

  #field(cell: number, field: number): number {
    return this.read(cell * fields + field, 1)[0] ?? 0;
  }

  #write(cell: number, field: number, ...values: number[]): void {
    this.act({ name: 'write', cell: cell * fields + field, values });
  }
}

const rankedStore = (memory: CellsModel): OrderedStore<Ranked, Ranked> => new OrderedStore(memory, 0, 'priority');

function empty(): Shared {
  const shared = { words: new Array<number>(at.orderedHeaderWords).fill(0), cells: new Array<number>(indexFrom + cells).fill(0) };
  rankedStore(new CellsModel(9, actOn(shared))).prepare();
  return shared;
}

function follow(store: OrderedStore<Ranked, Ranked>, memory: CellsModel, tryOnce: () => number): number {
  const attempt: PreparedWait = new PreparedWait(store, () => {
    const { hasSlept } = store.mutex;
    memory.checkpoint(JSON.stringify([hasSlept, Reflect.get(attempt, 'prepared'), announcedOf(attempt)]));
    return tryOnce();
  });
  waitSync(attempt, memory, Infinity);
  return attempt.outcome;
}

const push =
  (rank: number): Operation<CellsModel> =>
  (memory) => {
    const store = rankedStore(memory);
    const outcome = follow(store, memory, () => store.tryPush({ kind: 1, byteLength: 8, rank }));
    return `${outcome === done ? 'put' : 'refused'} ${rank}`;
  };

const pop: Operation<CellsModel> = (memory) => {
  const store = rankedStore(memory);
  return follow(store, memory, () => store.tryPop()) === done ? `took ${store.message().rank}` : 'closed';
};

const close: Operation<CellsModel> = (memory) => {
  const store = rankedStore(memory);
  follow(store, memory, () => store.close(false));
  return 'closed it';
};

const privateWords = new Set<number>([at.firstFree, at.freeCells, at.nextSequence]);

/** What only the owner of the mutex uses, and no other party looks at. */
function isPrivate(action: Action): boolean {
  if (action.name === 'read' || action.name === 'write' || action.name === 'checkpoint') return true;
  return 'word' in action && privateWords.has(action.word);
}

type Program = readonly Operation<CellsModel>[];

/** Each message that was put was taken once or is still there, in order, and no party sleeps that could go on. */
function judge({ logs, fates, shared }: End, programs: readonly Program[]): void {
  const copy = { words: [...shared.words], cells: [...shared.cells] };
  const store = rankedStore(new CellsModel(9, actOn(copy, (owner) => fates[owner - 1] === 'dead')));
  store.rescue();
  const [size, isFull] = [store.size, store.full];
  const left: number[] = [];
  while (store.tryPop() === done) left.push(store.message().rank);
  const described = JSON.stringify({ logs, fates, left });
  const logged = (what: string): number[] =>
    logs.flat().flatMap((event) => (event.startsWith(`${what} `) ? [Number(event.split(' ')[1])] : []));
  const taken = [...logged('took'), ...left];
  const deaths = fates.filter((fate) => fate === 'dead').length;
  expect(left, `out of order: ${described}`).toEqual(left.toSorted((a, b) => a - b));
  expect(size, `a wrong size: ${described}`).toBe(left.length);
  expect(new Set(taken).size, `taken twice: ${described}`).toBe(taken.length);
  const lost = logged('put').filter((rank) => !taken.includes(rank));
  expect(lost.length, `lost: ${described}`).toBeLessThanOrEqual(deaths);
  fates.forEach((fate, i) => {
    if (fate !== 'asleep') return;
    const isConsumer = programs[i]?.[0] === pop;
    if (isConsumer) expect(left, `sleeps beside a message: ${described}`).toEqual([]);
    else expect(isFull, `sleeps beside room: ${described}`).toBe(true);
    expect(store.closed, `sleeps beside a closed store: ${described}`).toBe(false);
  });
}

function check(programs: readonly Program[], options: Partial<Scenario<CellsModel>> = {}): number {
  return model.explore<CellsModel>({
    memory: (self, act) => new CellsModel(self, act),
    shared: empty(),
    parties: programs.map((program) => ({ program, mortal: true })),
    isPrivate,
    judge: (end) => judge(end, programs),
    ...options,
  });
}

describe.each([0, 1])('in every order, with %i deaths', (deaths) => {
  test('one puts, one takes', () => {
    check([[push(2), push(1)], [pop, pop]], { deaths });
  });

  test('room for two, and three messages', () => {
    check([[push(3), push(1), push(2)], [pop, pop]], { deaths, interruptions: 3 - deaths });
  });

  test('two put, one takes', () => {
    check([[push(2)], [push(1)], [pop, pop]], { deaths, interruptions: 2 - deaths });
  });

  test('one puts, two take', () => {
    check([[push(2), push(1)], [pop], [pop]], { deaths, interruptions: 2 - deaths });
  });

  test('closed while some put and some take', () => {
    check([[push(1)], [pop, pop], [close]], { deaths, interruptions: 2 - deaths });
  });

  test('closed while two sleep', () => {
    check([[pop], [pop], [close]], { deaths, interruptions: 2 - deaths });
  });
});

describe('the checker sees it when', () => {
  test('a wake-up is forgotten', () => {
    const sabotage = (action: Action): boolean => action.name === 'wake';
    expect(() => check([[push(1)], [pop]], { sabotage })).toThrow('sleeps beside a message');
  });

  test('two are inside at the same time', () => {
    const sabotage = (action: Action): boolean => action.name === 'swap' && action.word === at.mutex;
    // Nothing is private where there is no mutex.
    const isPrivate = (action: Action): boolean => action.name === 'checkpoint';
    expect(() => check([[push(1)], [push(2)], [pop]], { sabotage, isPrivate, interruptions: 2 })).toThrow();
  });

  test('what a dead thread left is not derived anew', () => {
    const isAlive = (action: Action): boolean => action.name === 'alive';
    const options = { deaths: 1, interruptions: 2, sabotage: isAlive, sabotaged: () => 1 };
    expect(() => check([[push(1)], [push(2), push(3)], [pop]], options)).toThrow(/sleeps beside/);
  });
});

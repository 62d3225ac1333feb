import type * as Model from '@manycore/model';
import { type Action, deep, type End, ModelOf, ModelWords, type Shared } from '@manycore/model';
import { describe, expect, test } from 'vitest';

import * as at from './ring.js';
import { RingConsumer, type RingMemory, RingProducer, type Sized } from './ring.js';

interface Item extends Sized {
  readonly id: number;
}

const model = new ModelOf('the rings of the pool');

/** The smallest ring in which everything occurs: records of one to three units, gaps, a full ring. */
const ringUnits = 4;

/** Two cells a unit: how many units its record takes, and the number of that. */
class Memory extends ModelWords implements RingMemory<Item, number> {
  readonly units = ringUnits;

  unitsAt(unit: number): number {
    return this.read(unit * 2, 1)[0] ?? 0;
  }

  writeGap(unit: number, units: number): void {
    this.act({ name: 'write', cell: unit * 2, values: [-units] });
  }

  copyIn(unit: number, { units, id }: Item): void {
    const values = Array.from({ length: units }, () => [units, id]).flat();
    this.act({ name: 'write', cell: unit * 2, values });
  }

  /** Half of it first: what is overwritten meanwhile is seen. */
  copyOut(unit: number, units: number): number {
    const ids = Array.from({ length: units }, (_, part) => this.read((unit + part) * 2, 2)[1]);
    if (new Set(ids).size > 1) throw new Error(`a torn record: ${ids.join()}`);
    return ids[0] ?? 0;
  }
}

type Scenario = Model.Scenario<Memory>;
type Party = Scenario['parties'][number];

type Act = { readonly push: Item } | 'hold' | 'recall' | 'release';
const item = (id: number, units = 1): Item => ({ id, units });

/** Pushes records, and takes back what was not claimed. What did not fit is not waited for. */
const produce = (acts: readonly Act[]): Party => ({
  program: [
    (memory) => {
      const producer = new RingProducer<Item>(memory);
      const sent: { readonly id: number; readonly position: number }[] = [];
      const log: string[] = [];
      for (const act of acts) {
        if (act === 'recall') {
          const from = producer.recall();
          for (const { id, position } of sent) if (((position - from) | 0) > 0) log.push(`back ${id}`);
          sent.length = 0;
        } else if (act === 'hold') {
          producer.hold();
        } else if (act === 'release') {
          producer.release();
        } else {
          const position = producer.push(act.push);
          log.push(position === undefined ? `full ${act.push.id}` : `put ${act.push.id}`);
          if (position !== undefined) sent.push({ id: act.push.id, position });
        }
      }
      return log.join();
    },
  ],
  mortal: true,
});

/** Claims so many records; sleeps where there is none. */
const consume = (count: number): Party => ({
  program: Array.from({ length: count }, () => (memory: Memory) => {
    const consumer = new RingConsumer<number>(memory);
    for (;;) {
      const id = consumer.claim();
      if (id !== undefined) return `got ${id}`;
      const expected = consumer.events.prepareWait();
      if (!consumer.hasRecords) memory.wait(consumer.events.epoch, expected);
    }
  }),
  mortal: true,
});

const numbersIn = (logs: readonly string[], what: string): number[] =>
  logs
    .join()
    .split(',')
    .filter((entry) => entry.startsWith(`${what} `))
    .map((entry) => Number(entry.slice(what.length + 1)));

/** Each record that was put was claimed, or came back, or is still there: never two of them. In order. */
function judge({ shared, fates, logs }: End): void {
  const { words } = shared;
  const isEmpty = words[at.tail] === words[at.claimed];
  if (fates[1] === 'asleep' && !isEmpty && fates[0] === 'finished') throw new Error('sleeps beside a record');
  const got = numbersIn(logs[1] ?? [], 'got');
  if (got.some((id, place) => place > 0 && id <= (got[place - 1] ?? 0))) throw new Error(`out of order: ${got.join()}`);
  if (fates[0] !== 'finished') return;
  const put = numbersIn(logs[0] ?? [], 'put');
  const back = numbersIn(logs[0] ?? [], 'back');
  if (got.some((id) => back.includes(id) || !put.includes(id))) throw new Error('a record was taken twice');
  const missing = put.filter((id) => !got.includes(id) && !back.includes(id));
  if (fates[1] === 'asleep' && missing.length > 0) throw new Error(`lost: ${missing.join()}`);
}

function shared(from = 0): Shared {
  const words = new Array<number>(at.controlWords).fill(0);
  return { words, cells: new Array<number>(ringUnits * 2).fill(from) };
}

function check(producer: Party, consumer: Party, options: Partial<Scenario> = {}): number {
  return model.explore<Memory>({
    memory: (self, act) => new Memory(self, act),
    shared: shared(),
    parties: [producer, consumer],
    judge,
    ...options,
  });
}

const push = (...items: readonly Item[]): Act[] => items.map((each) => ({ push: each }));

describe.each([0, 1])('with %i deaths', (deaths) => {
  test('records follow each other: every order', () => {
    check(produce(push(item(1), item(2), item(3))), consume(4), { deaths });
  });

  test('records of several units, and gaps', () => {
    check(produce(push(item(1, 3), item(2, 2), item(3, 2))), consume(4), { deaths });
  });

  test('records are taken back while they are claimed: every order', () => {
    check(produce([...push(item(1), item(2)), 'recall', ...push(item(3))]), consume(4), { deaths });
  });

  test('what was taken back is room at once, and what is being copied is not', () => {
    const acts: Act[] = [...push(item(1), item(2, 3)), 'recall', ...push(item(3, 3), item(4)), 'recall', ...push(item(5, 2))];
    check(produce(acts), consume(3), { deaths, interruptions: deep ? 4 : 2 });
  });

  test('records are published together: every order', () => {
    check(produce(['hold', ...push(item(1), item(2)), 'release', ...push(item(3))]), consume(4), { deaths });
  });

  test('what was not published yet is taken back', () => {
    const acts: Act[] = [...push(item(1)), 'hold', ...push(item(2)), 'recall', ...push(item(3)), 'release'];
    check(produce(acts), consume(3), { deaths });
  });

  test('taken back twice, with nothing claimed between', () => {
    const acts: Act[] = [...push(item(1, 2)), 'recall', ...push(item(2, 2)), 'recall', ...push(item(3, 3))];
    check(produce(acts), consume(2), { deaths, interruptions: deep ? 4 : 2 });
  });
});

describe('the checker sees it when', () => {
  const acts: Act[] = [...push(item(1), item(2)), 'recall', ...push(item(3))];

  test('a wake-up is forgotten', () => {
    const sabotage = (action: Action): boolean => action.name === 'wake';
    expect(() => check(produce(push(item(1))), consume(2), { sabotage })).toThrow(/sleeps beside a record/);
  });

  test('what is held is never published', () => {
    const held: Act[] = ['hold', ...push(item(1))];
    expect(() => check(produce(held), consume(1))).toThrow(/lost: 1/);
  });

  test('a recall does not look whether it won', () => {
    const sabotage = (action: Action, by: number): boolean => action.name === 'swap' && by === 0;
    const sabotaged = (action: Action): number => (action.name === 'swap' ? action.expected : 0);
    expect(() => check(produce(acts), consume(4), { sabotage, sabotaged })).toThrow(/taken twice/);
  });

  test('a claim does not look whether it won', () => {
    const sabotage = (action: Action, by: number): boolean => action.name === 'swap' && by === 1;
    const sabotaged = (action: Action): number => (action.name === 'swap' ? action.expected : 0);
    expect(() => check(produce(acts), consume(2), { sabotage, sabotaged })).toThrow();
  });

  test('the producer takes all for free', () => {
    const sabotage = (action: Action, by: number): boolean =>
      action.name === 'load' && by === 0 && action.word === at.freed;
    const items = [item(1, 2), item(2, 2), item(3, 2)];
    // The second record ends at 4, the third at 6: what is said to be free leaves room for it.
    const sabotaged = (): number => 4;
    expect(() => check(produce(push(...items)), consume(3), { sabotage, sabotaged })).toThrow();
  });
});

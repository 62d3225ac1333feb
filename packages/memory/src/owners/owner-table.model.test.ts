import { ModelOf, ModelWords, type Operation, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import type { AtomicWords } from '../words.js';
import { OwnerTable } from './owner-table.js';

const model = new ModelOf('the owner table');

const slots = 2;
const tableWords = 16 + slots * 16;
/** Where party `n` tells its id to the others. */
const told = (party: number): number => tableWords + party;

/** The table as a party sees it. Its first field is the party that registered. */
const tableOf = (memory: ModelWords, its = slots): OwnerTable =>
  new OwnerTable(memory, (field) => memory.alive(field(0)), its);

/** Registers, tells its id, and lives on or leaves. */
const register =
  (leaves: boolean): Operation =>
  (memory) => {
    const id = tableOf(memory).register([memory.self]);
    memory.store(told(memory.self), id);
    if (leaves) tableOf(memory).clear(id);
    return `id ${id}`;
  };

/** The same, where the table may be full. */
const registerOrNot =
  (leaves: boolean): Operation =>
  (memory) => {
    try {
      return register(leaves)(memory);
    } catch (error) {
      if (error instanceof RangeError) return 'full';
      throw error;
    }
  };

/** Asks after an owner that told its id. */
const ask =
  (party: number, its = slots): Operation =>
  (memory) => {
    const id = memory.load(told(party));
    if (id === 0) return 'not told';
    const wasAlive = memory.alive(party);
    const answer = tableOf(memory, its).alive(id);
    if (!wasAlive && answer) return 'a dead owner lives';
    if (answer) return 'lives';
    return memory.alive(party) ? 'a living owner is dead' : 'dead';
  };

function check(programs: readonly (readonly Operation[])[], options: Partial<Scenario> = {}): number {
  return model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: new Array<number>(tableWords + programs.length + 1).fill(0), cells: [] },
    parties: programs.map((program) => ({ program, mortal: true })),
    judge: ({ logs, fates }) => {
      const all = logs.flat();
      expect(all).not.toContain('a dead owner lives');
      expect(all).not.toContain('a living owner is dead');
      const ids = all.filter((entry) => entry.startsWith('id '));
      expect(new Set(ids).size).toBe(ids.length);
      expect(fates).not.toContain('asleep');
    },
    ...options,
  });
}

test('owners that register at once have different ids', () => {
  check([[register(false)], [register(false)]]);
  const passing = registerOrNot(true);
  check([[passing, passing], [passing], [passing]], { interruptions: 3 });
});

test('an owner lives until it dies, for all that ask', () => {
  check([[register(false)], [ask(1), ask(1)]], { deaths: 1 });
  check([[register(false)], [ask(1)], [ask(1)]], { deaths: 1, interruptions: 4 });
});

test('the slot of a dead owner is used again, and its id is not', () => {
  // Two slots: the third has to take that of the first, which it finds dead.
  const staying = registerOrNot(false);
  check([[staying], [staying], [staying, ask(1)]], { deaths: 1, interruptions: 3 });
});

const broken = (run: () => unknown): void => {
  expect(run).toThrow();
};

/** The table over words of which one operation is done wrong. */
function sabotaged(memory: ModelWords, change: (words: AtomicWords) => Partial<AtomicWords>): OwnerTable {
  const words: AtomicWords = new Proxy(memory, {
    get: (target, name) => {
      const wrong = change(target)[name as keyof AtomicWords];
      if (wrong) return wrong;
      const right: unknown = Reflect.get(target, name, target);
      return typeof right === 'function' ? (right.bind(target) as unknown) : right;
    },
  });
  return new OwnerTable(words, (field) => memory.alive(field(0)), 1);
}

test('finds a slot that is claimed by a plain store', () => {
  const careless: Operation = (memory) => {
    const table = sabotaged(memory, (words) => ({
      compareExchange: (word, expected, value) => {
        if (words.load(word) === expected) words.store(word, value);
        return expected;
      },
    }));
    try {
      return `id ${table.register([memory.self])}`;
    } catch (error) {
      if (error instanceof RangeError) return 'full';
      throw error;
    }
  };
  broken(() => check([[careless], [careless]]));
});

test('finds an id that comes back', () => {
  // The slot is cleared to 0, and so forgets its generation.
  const forgetful: Operation = (memory) => {
    const table = sabotaged(memory, (words) => ({
      compareExchange: (word, expected, value) => words.compareExchange(word, expected, Math.max(0, value)),
    }));
    const id = table.register([memory.self]);
    table.clear(id);
    return `id ${id}`;
  };
  broken(() => check([[forgetful, forgetful, forgetful], [register(false)]]));
});

test('finds fields that are read before they were written', () => {
  const hasty: Operation = (memory) => {
    const table = sabotaged(memory, (words) => ({
      // `ready` first: others may then read the fields of the last owner.
      store: (word, value) => {
        if ((word - 16) % 16 === 2) {
          words.store(word - 1, words.load(word - 2));
          memory.store(told(memory.self), words.load(word - 2));
        }
        words.store(word, value);
      },
    }));
    try {
      table.register([memory.self]);
    } catch (error) {
      if (error instanceof RangeError) return 'full';
      throw error;
    }
    return 'registered';
  };
  const first: Operation = (memory) => `id ${tableOf(memory, 1).register([memory.self])}`;
  const lives: Operation = (memory) => `lives, ${memory.load(0)}`;
  broken(() => check([[first, lives], [hasty], [ask(2, 1)]], { deaths: 1 }));
});

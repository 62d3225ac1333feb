import { ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { allEnd, follow, party, wordsOf } from '../../test/support/protocol.js';
import { EventAttempt, eventWords, RawEvent, valueWord } from './raw-event.js';

const model = new ModelOf('the event');

const wait =
  (timeout?: number): Operation =>
  (memory) =>
    follow(memory, new EventAttempt(memory), { timeout });

const set: Operation = (memory) => {
  new RawEvent(memory).set();
  return 'set';
};

const clear: Operation = (memory) => {
  new RawEvent(memory).clear();
  return 'cleared';
};

function check(parties: readonly Party[], options: Partial<Scenario> = {}): void {
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: new Array<number>(eventWords).fill(0), cells: [] },
    parties,
    judge: allEnd,
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

test('two wait, one sets', () => {
  check([party(wait()), party(wait()), party(set)]);
});

test('two wait, one sets, clears and sets; one waits twice', () => {
  check([party(wait()), party(wait()), party([set, clear, set])]);
  check([party([wait(), wait()]), party([set, clear, set])]);
});

test('two set and one clears: the value is even or odd as the last change left it', () => {
  check([party([set, clear]), party([set]), party(wait())], {
    judge: ({ shared, fates }) => {
      const value = shared.words[valueWord] ?? 0;
      expect([1, 2, 3]).toContain(value);
      // It began to wait after the last change.
      if (fates[2] === 'asleep') expect(value).toBe(2);
    },
  });
});

test('one that waits times out, or is aborted, at any moment of its sleep', () => {
  check([party(wait(10), { timeouts: 1 }), party(wait()), party([set, clear, set])]);
  check([party(wait(), { aborts: 1 }), party(wait()), party([set, clear, set])]);
});

test('a setter dies at any step: another sets, and all go on', () => {
  check([party(wait()), party(wait()), party(set, { mortal: true }), party(set)], { deaths: 1 });
});

test('one that waits dies at any step: the others go on', () => {
  check([party(wait(), { mortal: true }), party(wait()), party([set, clear])], {
    deaths: 1,
    // One that begins to wait after the event was cleared waits on.
    judge: ({ shared, fates }) => {
      if (fates[1] === 'asleep') expect(shared.words[valueWord]).toBe(2);
    },
  });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find what it is for.
 */
test('finds a sleeper that announces itself after its last look', () => {
  class Late extends EventAttempt {
    override poll(): boolean {
      const memory = wordsOf(this);
      const seen = memory.load(valueWord);
      if (seen % 2 === 1) return true;
      this.expected = seen;
      return false;
    }
  }
  const late: Operation = (memory) => follow(memory, new Late(memory));
  expect(() => check([party(late), party(set)])).toThrow('asleep');
});

test('finds "short pulse": one that waits and looks only whether the event is set', () => {
  class Dull extends EventAttempt {
    override poll(): boolean {
      Reflect.set(this, 'first', undefined);
      return super.poll();
    }
  }
  const dull: Operation = (memory) => follow(memory, new Dull(memory));
  const pulse: Operation = (memory) => {
    // Waits until the other sleeps, or has ended.
    if (memory.load(1) === 0) return 'too early';
    new RawEvent(memory).set();
    new RawEvent(memory).clear();
    return 'pulse';
  };
  const judge: Scenario['judge'] = ({ fates, logs }) => {
    if (logs[1]?.[0] === 'pulse') expect(fates[0]).toBe('finished');
  };
  check([party(wait()), party(pulse)], { judge });
  expect(() => check([party(dull), party(pulse)], { judge })).toThrow('finished');
});

test('finds a set that wakes no sleeper', () => {
  const sabotage: Scenario['sabotage'] = ({ name }) => name === 'wake';
  expect(() => check([party(wait()), party(set)], { sabotage })).toThrow('asleep');
});

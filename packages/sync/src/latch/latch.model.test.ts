import { ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { allEnd, follow, party, wordsOf } from '../../test/support/protocol.js';
import { countWord, LatchAttempt, latchWords, RawLatch } from './raw-latch.js';

const model = new ModelOf('the latch');

const wait =
  (timeout?: number): Operation =>
  (memory) =>
    follow(memory, new LatchAttempt(memory), { timeout });

const countDown =
  (n = 1): Operation =>
  (memory) => {
    new RawLatch(memory).countDown(n);
    return 'counted';
  };

function check(count: number, parties: readonly Party[], options: Partial<Scenario> = {}): void {
  const words = new Array<number>(latchWords).fill(0);
  words[countWord] = count;
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words, cells: [] },
    parties,
    judge: (end) => {
      allEnd(end);
      expect(end.shared.words[countWord]).toBe(0);
    },
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

test('a latch of two: one waits, one counts down and waits, one counts down', () => {
  check(2, [party(wait()), party([countDown(), wait()]), party(countDown())]);
});

test('counted down by more than is left', () => {
  check(3, [party(wait()), party(countDown(2)), party(countDown(2))]);
});

test('one that waits times out, or is aborted, at any moment of its sleep', () => {
  check(2, [party(wait(10), { timeouts: 1 }), party(wait()), party([countDown(), countDown()])]);
  check(2, [party(wait(), { aborts: 1 }), party(wait()), party([countDown(), countDown()])]);
});

test('one that counts down dies at any step: another does it again', () => {
  check(1, [party(wait()), party(wait()), party(countDown(), { mortal: true }), party(countDown())], { deaths: 1 });
});

test('one that waits dies at any step: the others go on', () => {
  check(2, [party(wait(), { mortal: true }), party(wait()), party([countDown(), countDown()])], { deaths: 1 });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find what it is for.
 */
test('finds a count that is stored instead of compared and swapped', () => {
  const careless: Operation = (memory) => {
    const left = memory.load(countWord) - 1;
    memory.store(countWord, left);
    if (left === 0) memory.notify(countWord, Infinity);
    return 'counted';
  };
  expect(() => check(2, [party(wait()), party(careless), party(careless)])).toThrow('asleep');
});

test('finds a sleeper that does not announce itself', () => {
  class Shy extends LatchAttempt {
    override poll(): boolean {
      const memory = wordsOf(this);
      this.expected = memory.load(countWord);
      return this.expected === 0;
    }
  }
  const shy: Operation = (memory) => follow(memory, new Shy(memory));
  expect(() => check(1, [party(shy), party(countDown())])).toThrow('asleep');
});

test('finds the last count that wakes no sleeper', () => {
  const sabotage: Scenario['sabotage'] = ({ name }) => name === 'wake';
  expect(() => check(1, [party(wait()), party(countDown())], { sabotage })).toThrow('asleep');
});

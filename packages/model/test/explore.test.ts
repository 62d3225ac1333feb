import { expect, test } from 'vitest';

import { Aborted, explore, ModelWords, type Operation, type Scenario } from '../src/index.js';

function run(programs: readonly (readonly Operation[])[], more: Partial<Scenario>): Set<string> {
  const ends = new Set<string>();
  explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: [0, 0], cells: [] },
    parties: programs.map((program) => ({ program })),
    judge: ({ shared, logs, fates }) => {
      ends.add(`${shared.words.join()} ${logs.flat().join()} ${fates.join()}`);
    },
    ...more,
  });
  return ends;
}

const read: Operation = (memory) => `read ${memory.load(0)}`;
const write =
  (value: number): Operation =>
  (memory) => {
    memory.store(0, value);
    return 'wrote';
  };

test('finds every order of the steps', () => {
  const ends = run([[write(1)], [write(2)], [read]], {});
  expect([...ends].sort()).toEqual([
    '1,0 wrote,wrote,read 0 finished,finished,finished',
    '1,0 wrote,wrote,read 1 finished,finished,finished',
    '1,0 wrote,wrote,read 2 finished,finished,finished',
    '2,0 wrote,wrote,read 0 finished,finished,finished',
    '2,0 wrote,wrote,read 1 finished,finished,finished',
    '2,0 wrote,wrote,read 2 finished,finished,finished',
  ]);
});

test('interrupts no more often than it is told to', () => {
  const twice: Operation = (memory) => `read ${memory.load(0)} ${memory.load(0)}`;
  expect(run([[twice], [write(1)]], { interruptions: 0 }).has('1,0 read 0 1,wrote finished,finished')).toBe(false);
  expect(run([[twice], [write(1)]], { interruptions: 1 }).has('1,0 read 0 1,wrote finished,finished')).toBe(true);
});

test('atomic operations give the value before', () => {
  const all: Operation = (memory) =>
    [
      memory.add(0, 5),
      memory.or(0, 2),
      memory.and(0, 6),
      memory.exchange(0, 9),
      memory.compareExchange(0, 8, 1),
      memory.compareExchange(0, 9, 1),
      memory.load(0),
    ].join(' ');
  expect([...run([[all]], {})]).toEqual(['1,0 0 5 7 6 9 9 1 finished']);
});

const sleep =
  (timeout?: number): Operation =>
  (memory) => {
    try {
      return memory.wait(0, 0, timeout);
    } catch (error) {
      if (error instanceof Aborted) return 'aborted';
      throw error;
    }
  };
const wake =
  (count: number): Operation =>
  (memory) => {
    memory.store(0, 1);
    return `woke ${memory.notify(0, count)}`;
  };

test('a sleeper sleeps until it is woken, and says how many were', () => {
  expect([...run([[sleep()], [wake(1)]], {})].sort()).toEqual([
    '1,0 not-equal,woke 0 finished,finished',
    '1,0 ok,woke 1 finished,finished',
  ]);
  expect([...run([[sleep()], [read]], {})]).toEqual(['0,0 read 0 asleep,finished']);
});

test('any one of several sleepers may be woken', () => {
  const ends = run([[sleep()], [sleep()], [wake(1)]], {});
  expect(ends.has('1,0 ok,woke 1 finished,asleep,finished')).toBe(true);
  expect(ends.has('1,0 ok,woke 1 asleep,finished,finished')).toBe(true);
  expect(run([[sleep()], [sleep()], [wake(2)]], {}).has('1,0 ok,ok,woke 2 finished,finished,finished')).toBe(true);
});

test('a sleep times out or is aborted where the party may, and not else', () => {
  const parties = (more: object): Scenario['parties'] => [{ program: [sleep(10)], ...more }, { program: [read] }];
  expect(run([], { parties: parties({}) }).has('0,0 timed-out,read 0 finished,finished')).toBe(false);
  expect(run([], { parties: parties({ timeouts: 1 }) }).has('0,0 timed-out,read 0 finished,finished')).toBe(true);
  expect(run([], { parties: parties({ aborts: 1 }) }).has('0,0 aborted,read 0 finished,finished')).toBe(true);
});

test('a brief sleep ends by itself', () => {
  expect([...run([[sleep(1)]], {})]).toEqual(['0,0 timed-out finished']);
});

test('an aborted sleeper passes on the wake-up that it had received', () => {
  const parties: Scenario['parties'] = [{ program: [sleep()], aborts: 1 }, { program: [sleep()] }, { program: [wake(1)] }];
  const ends = run([], { parties });
  expect(ends.has('1,0 aborted,ok,woke 1 finished,finished,finished')).toBe(true);
  for (const end of ends) expect(end).not.toMatch(/^1,0 aborted,woke 1 finished,asleep/);
});

test('a mortal party dies at any step, and others can tell', () => {
  const ask: Operation = (memory) => (memory.alive(1) ? 'lives' : 'dead');
  const parties: Scenario['parties'] = [{ program: [write(1), write(2)], mortal: true }, { program: [ask] }];
  const ends = run([], { parties, deaths: 1 });
  expect(ends.has('0,0 dead dead,finished')).toBe(true);
  expect(ends.has('1,0 wrote,dead dead,finished')).toBe(true);
  expect(ends.has('2,0 wrote,wrote,lives finished,finished')).toBe(true);
});

test('says so when a party goes on forever, and when there are too many states', () => {
  const spin: Operation = (memory) => {
    while (memory.load(0) === 0);
    return 'done';
  };
  expect(() => run([[spin]], {})).toThrow(/goes on forever/);
  const many: Operation = (memory) => {
    for (let i = 0; i < 50; i += 1) memory.add(0, 1);
    return 'done';
  };
  const scenario: Scenario = {
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: [0], cells: [] },
    parties: [{ program: [many] }, { program: [many] }],
    judge: () => undefined,
  };
  expect(() => explore(scenario, 100)).toThrow(/more than 100 states/);
});

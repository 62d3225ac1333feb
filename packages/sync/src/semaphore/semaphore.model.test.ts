import { ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { follow, type Manner, party, wordsOf } from '../../test/support/protocol.js';
import {
  type Demand,
  mostPermits,
  oneWaits,
  permitsMask,
  permitsWord,
  releasePermits,
  SemaphoreAttempt,
  semaphoreWords,
  SingleDemand,
  turnWord,
} from './semaphore-attempt.js';

const model = new ModelOf('the semaphore');

type Make = (memory: ModelWords, demand: Demand) => SemaphoreAttempt;
const make: Make = (memory, demand) => new SemaphoreAttempt(memory, demand);

interface TakerOptions extends Manner {
  readonly timeout?: number;
  /** Does not give the permits back. */
  readonly keeps?: boolean;
  readonly attempt?: Make;
}

/** One blocked thread: takes permits, and gives back as many. */
function taker(amount: number, options: TakerOptions = {}): Party {
  const { timeout, keeps = false, attempt = make, ...manner } = options;
  return party((memory) => {
    const ending = follow(memory, attempt(memory, new SingleDemand(amount)), { timeout });
    if (ending !== 'done') return ending;
    if (!keeps) releasePermits(memory, amount, mostPermits(memory));
    return 'taken';
  }, manner);
}

/** Gives permits that it never took, one operation each. */
function giver(...amounts: readonly number[]): Party {
  return party(amounts.map(give));
}

const give =
  (amount: number): Operation =>
  (memory) => {
    releasePermits(memory, amount, permitsMask);
    return 'given';
  };

/** Two tasks of one thread that want permits, the first of which came first; 0: there is no such task. */
class PairDemand implements Demand {
  first: number;
  second: number;

  constructor(first: number, second: number) {
    this.first = first;
    this.second = second;
  }

  get least(): number {
    return Math.min(this.first || Infinity, this.second || Infinity);
  }

  pick(permits: number): number {
    if (this.first > 0 && this.first <= permits) return this.first;
    return this.second <= permits ? this.second : 0;
  }

  took(amount: number): void {
    if (this.first === amount) this.first = 0;
    else this.second = 0;
  }
}

interface PairOptions {
  /** When the attempt is aborted once, the tasks that wait from then on. */
  readonly to?: readonly [number, number];
  readonly pair?: (first: number, second: number) => PairDemand;
}

const makePair = (first: number, second: number): PairDemand => new PairDemand(first, second);

/** As `TaskQueue` does it: one attempt after the other until no task waits. What it took is kept. */
function pairOf(first: number, second: number, options: PairOptions = {}, manner: Manner = {}): Party {
  const { to, pair = makePair } = options;
  return party(
    (memory) => {
      let demand = pair(first, second);
      for (let isChanged = false; demand.first + demand.second > 0; ) {
        const before = [demand.first, demand.second];
        const ending = follow(memory, make(memory, demand), { state: `${String(isChanged)} ${before.join()}` });
        if (ending !== 'aborted') continue;
        isChanged = true;
        demand = pair(...(to ?? [0, 0]));
      }
      return 'taken';
    },
    { aborts: to ? 1 : 0, ...manner },
  );
}

interface Case extends Partial<Scenario> {
  /** Permits at first; 0 when absent. */
  readonly permits?: number;
  /** Permits once all have finished, if it is known. */
  readonly left?: number;
}

function check(parties: readonly Party[], { permits = 0, left, ...options }: Case = {}): void {
  const words = new Array<number>(semaphoreWords).fill(0);
  words[permitsWord] = permits;
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words, cells: [] },
    parties,
    judge: ({ fates, shared }) => {
      expect(fates).not.toContain('asleep');
      if (left !== undefined) expect((shared.words[permitsWord] ?? 0) & permitsMask).toBe(left);
    },
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

test('three take one of one', () => {
  check([taker(1), taker(1), taker(1)], { permits: 1, left: 1 });
});

test('two of one each, and three at once, out of three', () => {
  check([taker(1), taker(3), taker(1)], { permits: 3, left: 3, interruptions: 4 });
});

test('one waits for two, one for one; two releases of one', () => {
  check([taker(2), taker(1), giver(1, 1)], { left: 2, interruptions: 4 });
});

test('two releases at once, for two that keep what they got', () => {
  check([taker(1, { keeps: true }), taker(1, { keeps: true }), giver(1), giver(1)], { left: 0 });
});

test('one times out, or is aborted, at any moment of its sleep', () => {
  for (const leaving of [{ timeout: 10, timeouts: 1 }, { aborts: 1 }]) {
    check([taker(1, leaving), taker(1), giver(1, 1)], { left: 2 });
    check([taker(2, leaving), taker(1), giver(2)], { left: 2 });
    check([taker(1, leaving), taker(2), giver(2)], { left: 2 });
  }
});

test.each([
  ['one task wants one, one wants two', [1, 2]],
  ['both want two', [2, 2]],
  ['the same, the other way round', [2, 1]],
] as const)('a thread in which %s, beside another thread', (_, [first, second]) => {
  for (const wanted of [1, 2]) {
    const all = first + second + wanted;
    check([pairOf(first, second), taker(wanted, { keeps: true }), giver(1, all - 1)], { left: 0 });
  }
});

test('two such threads', () => {
  check([pairOf(2, 1), pairOf(1, 2), giver(2, 2, 2)], { left: 0, interruptions: 3 });
});

test.each([
  ['the task that wants one leaves', [1, 2], [0, 2]],
  ['a task that wants one joins', [2, 0], [2, 1]],
  ['all tasks leave', [1, 0], [0, 0]],
] as const)('%s while the attempt sleeps, or is woken', (_, [first, second], to) => {
  check([pairOf(first, second, { to }), taker(1, { keeps: true }), giver(1, 3)], { interruptions: 3 });
});

test('another thread leaves, beside a thread in which several wait', () => {
  const few = { interruptions: 3 };
  for (const leaving of [{ timeout: 10, timeouts: 1 }, { aborts: 1 }]) {
    check([pairOf(2, 1), taker(1, { keeps: true, ...leaving }), giver(1, 2, 1)], few);
    check([pairOf(1, 2), taker(2, { keeps: true, ...leaving }), giver(2, 1, 2)], few);
  }
});

test('one that waits dies at any step, with what it may have taken', () => {
  const few = { deaths: 1, interruptions: 3 };
  // Enough permits come for the others even then.
  check([taker(1, { mortal: true }), taker(1), giver(1, 1, 1)], few);
  check([taker(2, { mortal: true }), taker(1), giver(2, 1, 1)], few);
  check([taker(1, { mortal: true }), taker(2), giver(1, 1, 2)], few);
  check([pairOf(1, 2, {}, { mortal: true }), taker(1), giver(1, 2, 1)], few);
});

test('one that releases dies at any step: what it had given is found', () => {
  const dying = party(give(1), { mortal: true });
  check([taker(1), taker(1), dying, giver(1, 1)], { deaths: 1, interruptions: 3 });
  check([taker(2), party(give(2), { mortal: true }), giver(2)], { deaths: 1 });
  check([pairOf(2, 1), party(give(2), { mortal: true }), giver(2, 1)], { deaths: 1 });
});

test('a bounded semaphore never has more permits than it may', () => {
  const over: Operation = (memory) => (releasePermits(memory, 1, 1) ? 'given' : 'refused');
  check([party(over), party(over), taker(1, { keeps: true })], {
    judge: ({ logs, fates }) => {
      expect(fates).not.toContain('asleep');
      expect(logs.flat()).toContain('given');
    },
    invariant: ({ shared }) => expect((shared.words[permitsWord] ?? 0) & permitsMask).toBeLessThanOrEqual(1),
  });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find the race by
 * which the README names the rule.
 */
test('finds "overtaken release": a woken sleeper does not share what is left', () => {
  const keep = { keeps: true };
  const parties = [taker(1, keep), taker(1, keep), giver(1), giver(1)];
  const isTaker: Scenario['sabotage'] = ({ name }, index) => name === 'wake' && index < 2;
  expect(() => check(parties, { sabotage: isTaker })).toThrow('asleep');
});

test('finds one that wants several and looks at the turn after the permits', () => {
  class Late extends SemaphoreAttempt {
    override poll(): boolean {
      if (super.poll()) return true;
      this.expected = wordsOf(this).load(turnWord);
      return false;
    }
  }
  const late: Make = (memory, demand) => new Late(memory, demand);
  expect(() => check([taker(2, { attempt: late }), giver(1), giver(1)])).toThrow('asleep');
});

test('finds "wrong sleeper": a thread whose task that wanted one has left, and that sleeps on for one', () => {
  class Stale extends PairDemand {
    override get least(): number {
      return 1;
    }
  }
  // Gives the two once it has its one.
  const other = party((memory) => {
    follow(memory, make(memory, new SingleDemand(1)));
    releasePermits(memory, 2, permitsMask);
    return 'passed on';
  });
  check([pairOf(2, 0), other, giver(1)]);
  const stale = pairOf(2, 0, { pair: (a, b) => new Stale(a, b) });
  expect(() => check([stale, other, giver(1)])).toThrow('asleep');
});

test('finds a thread that serves no task before the one that came first', () => {
  class Strict extends PairDemand {
    override pick(permits: number): number {
      const wanted = this.first === 0 ? this.second : this.first;
      return wanted <= permits ? wanted : 0;
    }
  }
  // No second permit comes: the task that wants two waits, and the one that wants one has it.
  const judge: Scenario['judge'] = ({ shared }) => expect((shared.words[permitsWord] ?? 0) & permitsMask).toBe(0);
  check([pairOf(2, 1), giver(1)], { judge });
  const strict = pairOf(2, 1, { pair: (a, b) => new Strict(a, b) });
  expect(() => check([strict, giver(1)], { judge })).toThrow('expected 1 to be +0');
});

test('finds "forgotten sleepers": one that was woken takes its permit without the mark', () => {
  class Forgetful extends SemaphoreAttempt {
    override woke(): void {
      // It does not remember that others may sleep.
    }
  }
  const forgetful: Make = (memory, demand) => new Forgetful(memory, demand);
  const keep = { keeps: true };
  check([taker(1, keep), taker(1, keep), taker(1, keep), giver(1, 2)], { interruptions: 3 });
  const forgets = { keeps: true, attempt: forgetful };
  expect(() => check([taker(1, forgets), taker(1, forgets), taker(1, forgets), giver(1, 2)])).toThrow('asleep');
});

test('finds a release that stores instead of comparing and swapping', () => {
  const careless: Operation = (memory) => {
    const seen = memory.load(permitsWord);
    memory.store(permitsWord, (seen & permitsMask) + 1);
    if ((seen & oneWaits) !== 0) memory.notify(permitsWord, 1);
    return 'given';
  };
  expect(() => check([taker(1), party(careless)], { left: 1 })).toThrow('asleep');
});

test('finds "killed releaser": those that want several do not look by themselves', () => {
  class Trusting extends SemaphoreAttempt {
    override readonly limit: number = Infinity;
    override poll(): boolean {
      // Only the turn tells it of permits.
      const hasSlept = Reflect.get(this, 'hasSlept') === true;
      return hasSlept && wordsOf(this).load(turnWord) === this.expected ? false : super.poll();
    }
  }
  const trusting: Make = (memory, demand) => new Trusting(memory, demand);
  const dying = party(give(2), { mortal: true });
  const judge: Scenario['judge'] = ({ shared, fates }) => {
    if (fates[0] === 'asleep') expect((shared.words[permitsWord] ?? 0) & permitsMask).toBeLessThan(2);
  };
  check([taker(2), dying], { deaths: 1, judge });
  expect(() => check([taker(2, { attempt: trusting }), dying], { deaths: 1, judge })).toThrow('to be less than 2');
});

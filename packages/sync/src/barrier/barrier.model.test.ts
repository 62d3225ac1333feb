import { type Action, type End, ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { follow, type Manner, ModelMutex, party } from '../../test/support/protocol.js';
import {
  acting,
  actorWord,
  arrivedWord,
  BarrierAttempt,
  type BarrierMutex,
  broken,
  filling,
  generationWord,
  mutexWord,
  outcomesWord,
  partiesWord,
  RawBarrier,
  stateWord,
} from './raw-barrier.js';

const model = new ModelOf('the barrier');

type MakeBarrier = (memory: ModelWords, mutex: BarrierMutex) => RawBarrier;
type MakeAttempt = (barrier: RawBarrier, generation: number) => BarrierAttempt;

const makeBarrier: MakeBarrier = (memory, mutex) => new RawBarrier(memory, mutex);
const makeAttempt: MakeAttempt = (barrier, generation) => new BarrierAttempt(barrier, generation);

interface Way {
  readonly timeout?: number;
  /** There is an action, which ends well or fails. */
  readonly action?: 'succeeds' | 'fails';
  readonly barrier?: MakeBarrier;
  readonly attempt?: MakeAttempt;
}

function barrierOf(memory: ModelWords, way: Way, state: () => string): RawBarrier {
  const { barrier = makeBarrier } = way;
  const mutex = new ModelMutex(memory, mutexWord);
  return barrier(memory, {
    lock: () => mutex.acquireAnyhow({ recovering: true, state: state() }) === 'recovered',
    unlock: () => mutex.release(),
    ownerDied: () => mutex.ownerDied(),
  });
}

/** As `Barrier.waitSync` does it; an abort is as in `wait`. */
function wait(way: Way = {}): Operation {
  const { timeout, action, attempt = makeAttempt } = way;
  return (memory) => {
    let state = '';
    const barrier = barrierOf(memory, way, () => state);
    for (;;) {
      state = 'arrives';
      const arrival = barrier.arrive(action !== undefined);
      if (arrival.kind === 'broken') return 'broken';
      const { generation } = arrival;
      state = `${arrival.kind} ${generation}`;
      if (arrival.kind === 'acts') {
        if (!action) return `tripped ${generation}`;
        const succeeded = action === 'succeeds';
        const ended = barrier.acted(generation, succeeded);
        return ended && succeeded ? `tripped ${generation}` : 'broken';
      }
      const ending = follow(memory, attempt(barrier, generation), { timeout, state });
      state += ` ${ending}`;
      if (ending !== 'done' && (arrival.kind === 'early' || barrier.leave(generation))) return ending;
      if (arrival.kind === 'waits') return barrier.wasBroken(generation) ? 'broken' : `tripped ${generation}`;
    }
  };
}

const abort: Operation = (memory) => {
  barrierOf(memory, {}, () => 'abort').abort();
  return 'aborts';
};

const reset: Operation = (memory) => {
  barrierOf(memory, {}, () => 'reset').reset();
  return 'resets';
};

/** Only the thread that holds the mutex looks at these words. */
function isPrivate(action: Action): boolean {
  return 'word' in action && [arrivedWord, partiesWord].includes(action.word);
}

function check(size: number, parties: readonly Party[], options: Partial<Scenario> = {}): void {
  const words = new Array<number>(outcomesWord + 1).fill(0);
  words[partiesWord] = size;
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words, cells: [] },
    parties,
    judge: (end) => {
      expect(end.fates).not.toContain('asleep');
      together(size, end);
    },
    isPrivate,
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

/** A generation that tripped did so for all its parties. */
function together(size: number, { logs, fates }: End): void {
  const trips = logs.flat().filter((log) => log.startsWith('tripped'));
  const dead = fates.filter((fate) => fate === 'dead').length;
  for (const trip of new Set(trips)) {
    const count = trips.filter((other) => other === trip).length;
    expect([count, trip]).toEqual([Math.max(count, size - dead), trip]);
    expect(count).toBeLessThanOrEqual(size);
  }
}

/** Only those sleep on that have too few others, and they are counted. */
const judgeRest: Scenario['judge'] = (end) => {
  together(2, end);
  const asleep = end.fates.filter((fate) => fate === 'asleep').length;
  if (asleep === 0) return;
  expect(end.shared.words[stateWord]).toBe(filling);
  expect(end.shared.words[arrivedWord]).toBe(1);
  expect(asleep).toBe(1);
};

const one = (way?: Way, manner?: Manner): Party => party(wait(way), manner);
const twice = (way?: Way, manner?: Manner): Party => party([wait(way), wait(way)], manner);

test('two parties, again and again; three parties', () => {
  check(2, [twice(), twice()]);
  check(3, [one(), one(), one()], { interruptions: 3 });
});

test('more parties than it takes: the generations do not mix', () => {
  check(2, [twice(), one(), one()], { interruptions: 3, judge: judgeRest });
});

test('an action, that ends well or fails', () => {
  const well: Way = { action: 'succeeds' };
  check(2, [twice(well), twice(well)], { interruptions: 4 });
  const fails: Way = { action: 'fails' };
  check(2, [one(fails), twice(fails)]);
});

test('a party times out, or is aborted, at any moment of its sleep', () => {
  check(2, [one({ timeout: 10 }, { timeouts: 1 }), one()]);
  check(2, [one({}, { aborts: 1 }), one()]);
  // Two waits of one party: the second may be alone, and is broken, or leaves.
  const alone: Scenario['judge'] = (end) => together(2, end);
  check(2, [twice({ timeout: 10 }, { timeouts: 1 }), twice()], { interruptions: 4, judge: alone });
  const well: Way = { action: 'succeeds' };
  check(2, [one({ ...well, timeout: 10 }, { timeouts: 1 }), one(well)]);
});

test('it is aborted, or reset, at any moment', () => {
  check(2, [one(), one(), party(abort)], { interruptions: 4 });
  const well: Way = { action: 'succeeds' };
  check(2, [one(well), one(well), party(abort)], { interruptions: 3 });
  // One that arrives after the reset may be alone.
  const judge: Scenario['judge'] = (end) => together(2, end);
  check(2, [one(), one(), party(reset)], { interruptions: 4, judge });
  check(2, [one(well), one(well), party(reset)], { interruptions: 3, judge });
});

test('a party dies at any step: it has arrived, or not, or the barrier is broken', () => {
  check(2, [one({}, { mortal: true }), one()], { deaths: 1, judge: judgeRest });
  check(2, [one({}, { mortal: true }), one(), one()], { deaths: 1, judge: judgeRest, interruptions: 3 });
});

test('the party that runs the action dies at any step: the others learn it', () => {
  const well: Way = { action: 'succeeds' };
  check(2, [one(well, { mortal: true }), one(well)], { deaths: 1, judge: judgeRest });
  check(2, [one(well, { mortal: true }), one(well), one(well)], { deaths: 1, judge: judgeRest, interruptions: 3 });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find the race by
 * which the README names the rule.
 */
test('finds arrivals that are not under the mutex', () => {
  const mutex: BarrierMutex = { lock: () => false, unlock: () => undefined, ownerDied: () => false };
  const barrier: MakeBarrier = (memory) => new RawBarrier(memory, mutex);
  const options = { isPrivate: () => false };
  expect(() => check(2, [one({ barrier }), one({ barrier })], options)).toThrow('asleep');
});

test('finds "leaver against last arrival": one that leaves without looking at the generation', () => {
  class Rash extends RawBarrier {
    override leave(): boolean {
      this.abort();
      return true;
    }
  }
  const rash = one({ timeout: 10, barrier: (...args) => new Rash(...args) }, { timeouts: 1 });
  expect(() => check(2, [rash, one()])).toThrow('tripped');
});

test('finds "late riser": one that looks at the state of the barrier, not at the outcome of its generation', () => {
  class Forward extends RawBarrier {
    override wasBroken(): boolean {
      return this.broken;
    }
  }
  const judge: Scenario['judge'] = (end) => together(2, end);
  const barrier: MakeBarrier = (...args) => new Forward(...args);
  expect(() => check(2, [one({ barrier }), one({ barrier }), party(abort)], { judge, interruptions: 4 })).toThrow('tripped');
});

test('finds "reset against action": an action that trips whatever has happened meanwhile', () => {
  class Stubborn extends RawBarrier {
    override acted(_generation: number, succeeded: boolean): boolean {
      super.acted(this.generation, succeeded);
      return true;
    }
  }
  const barrier: MakeBarrier = (...args) => new Stubborn(...args);
  const way: Way = { action: 'succeeds', barrier };
  const judge: Scenario['judge'] = (end) => together(2, end);
  expect(() => check(2, [one(way), one(way), party(reset)], { judge, interruptions: 3 })).toThrow('tripped');
});

test('finds "dead actor": parties that do not ask whether the one that acts lives', () => {
  class Trusting extends BarrierAttempt {
    override woke(): void {
      // It looks at the generation only.
    }
  }
  const well: Way = { action: 'succeeds' };
  const attempt: MakeAttempt = (...args) => new Trusting(...args);
  const judge: Scenario['judge'] = ({ shared, fates }) => {
    if (shared.words[stateWord] === acting && shared.words[actorWord] === 1) expect(fates).not.toContain('asleep');
  };
  const parties = (way: Way): Party[] => [one(well, { mortal: true }), one({ ...well, ...way })];
  check(2, parties({}), { deaths: 1, judge });
  expect(() => check(2, parties({ attempt }), { deaths: 1, judge })).toThrow('asleep');
});

test('finds "death inside": a takeover that leaves half changed words', () => {
  const barrier: MakeBarrier = (memory, mutex) => {
    const lock = (): boolean => {
      mutex.lock();
      return false;
    };
    return new RawBarrier(memory, { ...mutex, lock });
  };
  const parties = [one({}, { mortal: true }), one({ barrier }), one({ barrier })];
  expect(() => check(2, parties, { deaths: 1, judge: judgeRest, interruptions: 3 })).toThrow();
});

test('finds "death inside" of the last to arrive: parties that do not ask whether the owner of the mutex lives', () => {
  const barrier: MakeBarrier = (memory, mutex) => new RawBarrier(memory, { ...mutex, ownerDied: () => false });
  expect(() => check(2, [one({}, { mortal: true }), one({ barrier })], { deaths: 1, judge: judgeRest })).toThrow();
});

test('finds a generation that ends before its outcome is written', () => {
  const late: Operation = (memory) => {
    const mutex = new ModelMutex(memory, mutexWord);
    mutex.acquire();
    memory.store(stateWord, broken);
    memory.add(generationWord, 1);
    memory.notify(generationWord, Infinity);
    memory.or(outcomesWord, 1);
    mutex.release();
    return 'aborts';
  };
  const judge: Scenario['judge'] = (end) => together(2, end);
  expect(() => check(2, [one(), party(late)], { judge })).toThrow('tripped');
});

test('finds a trip that wakes no sleeper', () => {
  const sabotage: Scenario['sabotage'] = (action) => action.name === 'wake' && action.word === generationWord;
  expect(() => check(2, [one(), one()], { sabotage })).toThrow('asleep');
});

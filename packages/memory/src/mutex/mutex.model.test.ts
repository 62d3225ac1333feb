import { Aborted, fieldsOf, ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { type Attempt, waitSync } from '../wait/wait.js';
import { LockAttempt, type LockOptions } from './lock-attempt.js';
import { RawMutex } from './raw-mutex.js';
import { contended, isAbandoned, isHeld, ownerMask, starving } from './raw-mutex.js';

const model = new ModelOf('the mutex');

const mutexWord = 0;
/** Which party is in the critical section; 0 for none. */
const insideWord = 1;
/** How often a party took the mutex over. */
const recoveredWord = 2;

type Make = (memory: ModelWords, options?: LockOptions) => LockAttempt;

const make: Make = (memory, options) => new LockAttempt(memory, mutexWord, options);

/** Follows an attempt by the real loop. */
function follow(attempt: Attempt, memory: ModelWords, timeout: number): boolean {
  memory.local = () => fieldsOf(attempt);
  return waitSync(attempt, memory, timeout);
}

interface Manner {
  readonly timeout?: number;
  readonly recovering?: boolean;
  /** Milliseconds that pass between two looks at the clock: with 5, every sleeper starves. */
  readonly elapsing?: number;
  readonly attempt?: Make;
  readonly unlock?: (memory: ModelWords) => void;
}

const unlockMutex = (memory: ModelWords): void => {
  new RawMutex(memory, mutexWord).unlock();
};

/** Acquires, is alone inside, releases. */
const enter =
  ({ timeout = Infinity, recovering = false, elapsing = 0, attempt = make, unlock = unlockMutex }: Manner = {}): Operation =>
  (memory) => {
    memory.elapsing = elapsing;
    const locking = attempt(memory, { recovering });
    try {
      if (!follow(locking, memory, timeout)) return 'timed out';
    } catch (error) {
      if (error instanceof Aborted) return 'aborted';
      throw error;
    }
    if (locking.deadOwner !== 0) return 'owner died';
    if (locking.recovered) memory.add(recoveredWord, 1);
    const before = memory.exchange(insideWord, memory.self);
    if (before !== 0 && memory.alive(before)) return 'two inside';
    memory.store(insideWord, 0);
    unlock(memory);
    return locking.recovered ? 'recovered' : 'entered';
  };

function check(parties: readonly Party[], options: Partial<Scenario> = {}): number {
  const { deaths = 0 } = options;
  return model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: [0, 0, 0], cells: [] },
    parties,
    judge: ({ fates, logs, shared }) => {
      expect(logs.flat()).not.toContain('two inside');
      expect(fates).not.toContain('asleep');
      if (deaths > 0) return;
      expect(logs.flat()).not.toContain('owner died');
      // No party is left, so the mutex is not held.
      expect(isHeld(shared.words[mutexWord] ?? 0)).toBe(false);
    },
    ...options,
  });
}

const party = (times: number, manner?: Manner, more: Partial<Party> = {}): Party => ({
  program: Array.from({ length: times }, () => enter(manner)),
  ...more,
});

test('two parties, again and again: every order', () => {
  check([party(3), party(3)]);
});

test('three parties', () => {
  check([party(1), party(1), party(1)], { interruptions: 4 });
});

test('starving parties: the mutex is reserved', () => {
  const starved = { elapsing: 5 };
  check([party(2, starved), party(2, starved)]);
  check([party(1, starved), party(1), party(1)], { interruptions: 4 });
});

test('a party times out at any moment of its sleep', () => {
  const impatient = { timeout: 10 };
  check([party(2), party(2, impatient, { timeouts: 2 })]);
  check([party(1), party(1), party(1, impatient, { timeouts: 1 })], { interruptions: 4 });
});

test('a party is aborted at any moment of its sleep', () => {
  check([party(2), party(2, {}, { aborts: 2 })]);
  check([party(1), party(1), party(1, {}, { aborts: 1 })], { interruptions: 4 });
  check([party(1, { elapsing: 5 }), party(1), party(1, { elapsing: 5 }, { aborts: 1 })], { interruptions: 3 });
});

test('an owner dies at any step: the others learn of it, or go on', () => {
  const mortal = { mortal: true };
  check([party(1, {}, mortal), party(2)], { deaths: 1 });
  check([party(1, {}, mortal), party(1), party(1)], { deaths: 1, interruptions: 3 });
  check([party(1, { elapsing: 5 }, mortal), party(1, { elapsing: 5 }), party(1)], { deaths: 1, interruptions: 3 });
});

test('after a death one party recovers, and the others go on', () => {
  const members = [party(1, {}, { mortal: true }), party(1, { recovering: true }), party(1, { recovering: true })];
  check(members, {
    deaths: 1,
    interruptions: 3,
    judge: ({ fates, logs, shared }) => {
      expect(fates).not.toContain('asleep');
      expect(logs.flat()).not.toContain('two inside');
      expect(logs.flat()).not.toContain('owner died');
      expect(shared.words[recoveredWord]).toBeLessThanOrEqual(1);
      // Held by none, or by the dead one, which died after the others were through.
      expect([0, 1]).toContain((shared.words[mutexWord] ?? 0) & ownerMask);
    },
  });
});

test('a dead owner that did no harm is as good as a release', () => {
  // No party is inside when this word is 0.
  const careful: Make = (memory, options) => make(memory, { ...options, harmWord: insideWord });
  check([party(1, {}, { mortal: true }), party(2, { attempt: careful })], {
    deaths: 1,
    judge: ({ fates, logs, shared }) => {
      expect(fates).not.toContain('asleep');
      if (shared.words[insideWord] === 0) expect(logs[1]).toEqual(['entered', 'entered']);
    },
  });
  // Race "harm of another": what a second one does after the takeover is not the dead owner's harm.
  const members = [party(1, {}, { mortal: true }), party(1, { attempt: careful }), party(1, { attempt: careful })];
  check(members, {
    deaths: 1,
    interruptions: 3,
    judge: ({ fates, logs, shared }) => {
      expect(fates).not.toContain('asleep');
      if (shared.words[insideWord] === 0) expect(logs.flat()).not.toContain('owner died');
    },
  });
});

test('a takeover clears the words of the owner', () => {
  const owning: Make = (memory, options) => make(memory, { ...options, ownerWords: [insideWord] });
  const members = [party(1, {}, { mortal: true }), party(1, { attempt: owning, recovering: true })];
  check(members, {
    deaths: 1,
    invariant: ({ shared, logs, fates }) => {
      const word = shared.words[mutexWord] ?? 0;
      const isTaken = (word & ownerMask) === 2 && !isAbandoned(word);
      // Between the takeover and the first step inside, no party is inside.
      if (fates[0] === 'dead' && isTaken && logs[1]?.length === 0) expect(shared.words[insideWord]).not.toBe(3);
    },
    judge: ({ logs, shared }) => {
      if (logs[1]?.[0] === 'recovered') expect(shared.words[insideWord]).toBe(0);
    },
  });
});

test('a raw mutex: prepare, look again, sleep', () => {
  const raw: Operation = (memory) => {
    const mutex = new RawMutex(memory, mutexWord);
    let hasSlept = false;
    memory.local = () => String(hasSlept);
    while (!mutex.tryLock(hasSlept)) {
      const expected = mutex.prepareWait();
      hasSlept = true;
      if (expected === 0) continue;
      if (memory.wait(mutexWord, expected) === 'timed-out') {
        if (mutex.tryTakeOver()) break;
      }
    }
    const before = memory.exchange(insideWord, memory.self);
    if (before !== 0 && memory.alive(before)) return 'two inside';
    memory.store(insideWord, 0);
    mutex.unlock();
    return 'entered';
  };
  const members = (times: number, mortal: boolean): Party[] =>
    [0, 1].map((index) => ({ program: Array.from({ length: times }, () => raw), mortal: mortal && index === 0 }));
  check(members(2, false));
  check([...members(1, false), { program: [raw] }], { interruptions: 4 });
  check(members(2, true), { deaths: 1 });
});

/*
 * A checker that finds nothing proves nothing: here the protocol has one of its rules taken out, and the checker
 * must find the race by which the README names the rule.
 */
const wordsOf = (attempt: LockAttempt): ModelWords => Reflect.get(attempt, 'words') as ModelWords;

const broken = (make: () => unknown): void => {
  expect(make).toThrow();
};

test('finds "forgotten sleepers": a woken sleeper takes the mutex without a mark', () => {
  class Forgetful extends LockAttempt {
    override woke(timedOut: boolean): void {
      super.woke(timedOut);
      Reflect.set(this, 'hasSlept', false);
    }
  }
  const forgetful: Make = (memory, options) => new Forgetful(memory, mutexWord, options);
  broken(() => check([1, 2, 3].map(() => party(1, { attempt: forgetful }))));
});

test('finds a release that wakes no sleeper', () => {
  broken(() => check([party(1), party(1)], { sabotage: (action) => action.name === 'wake', sabotaged: () => 1 }));
});

test('finds a sleeper that does not mark the word', () => {
  class Shy extends LockAttempt {
    override poll(): boolean {
      const memory = wordsOf(this);
      const seen = memory.compareExchange(mutexWord, 0, memory.self);
      this.expected = seen;
      return seen === 0;
    }
  }
  const shy: Make = (memory, options) => new Shy(memory, mutexWord, options);
  broken(() => check([party(1, { attempt: shy }), party(1, { attempt: shy })]));
});

test('finds a release that writes over what it has not read', () => {
  const careless = (memory: ModelWords): void => {
    const seen = memory.load(mutexWord);
    memory.store(mutexWord, 0);
    if ((seen & contended) !== 0) memory.notify(mutexWord, 1);
  };
  broken(() => check([party(1, { unlock: careless }), party(1)]));
});

test('finds a reserved mutex that no sleeper comes for', () => {
  // The release believes that it has woken a sleeper, which left at that moment.
  const hasty = (memory: ModelWords): void => {
    const seen = memory.load(mutexWord);
    if (seen >= 0) {
      unlockMutex(memory);
      return;
    }
    memory.store(mutexWord, starving);
    memory.notify(mutexWord, 1);
  };
  const starved = { elapsing: 5, unlock: hasty };
  broken(() =>
    check([party(1, starved), party(1, { ...starved, timeout: 10 }, { timeouts: 1 })], {
      judge: ({ shared }) => expect(shared.words[mutexWord]).toBe(0),
    }),
  );
});

test('finds "wrong suspicion": an owner is declared dead by a plain store', () => {
  class Rash extends LockAttempt {
    override poll(): boolean {
      const memory = wordsOf(this);
      const seen = memory.load(mutexWord);
      if (seen > 0 && !memory.alive(seen & ownerMask)) memory.store(mutexWord, (seen & ownerMask) | starving);
      return super.poll();
    }
  }
  const rash: Make = (memory, options) => new Rash(memory, mutexWord, options);
  const members = [
    party(1, {}, { mortal: true }),
    party(1, { attempt: rash, recovering: true }),
    party(1, { attempt: rash, recovering: true }),
  ];
  broken(() => check(members, { deaths: 1, interruptions: 3 }));
});

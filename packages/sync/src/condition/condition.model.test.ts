import { type Action, type End, ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { allEnd, follow, ModelMutex, party, wordsOf } from '../../test/support/protocol.js';
import { ConditionAttempt, conditionWords, noticesWord, RawCondition, ticketWord, waitersWord } from './raw-condition.js';

const model = new ModelOf('the condition');

/** The lock is behind the words of the condition. */
const mutexWord = conditionWords;
/** What the waiters wait for: 1 when it is so. */
const readyWord = conditionWords + 1;
const ownerMask = 2 ** 30 - 1;

type MakeAttempt = (...args: ConstructorParameters<typeof ConditionAttempt>) => ConditionAttempt;
type MakeCondition = (memory: ModelWords) => RawCondition;

const makeAttempt: MakeAttempt = (words, lock, ticket) => new ConditionAttempt(words, lock, ticket);
const makeCondition: MakeCondition = (words) => new RawCondition(words);

interface Way {
  readonly timeout?: number;
  /** Begins to wait only when this is so; otherwise does nothing. */
  readonly onlyIfReady?: boolean;
  /** Waits until it is ready, as one should; otherwise ends when notified. */
  readonly untilReady?: boolean;
  /** Notifies another when it was notified. */
  readonly handsOn?: boolean;
  /** Leaves its notice when it is aborted. */
  readonly forgets?: boolean;
  readonly attempt?: MakeAttempt;
  readonly condition?: MakeCondition;
}

/** As `Condition.wait` does it, from acquiring the lock to releasing it. */
function waiting(way: Way = {}): Operation {
  const { timeout, onlyIfReady, untilReady, handsOn, forgets } = way;
  const { attempt = makeAttempt, condition: make = makeCondition } = way;
  return (memory) => {
    const mutex = new ModelMutex(memory, mutexWord);
    const condition = make(memory);
    const leave = (ending: string): string => {
      mutex.release();
      return ending;
    };
    const locked = mutex.acquire();
    if (locked !== 'taken') return locked;
    if (onlyIfReady && memory.load(readyWord) === 0) return leave('not ready');
    while (!untilReady || memory.load(readyWord) === 0) {
      const ticket = condition.enlist();
      for (;;) {
        mutex.release();
        const ending = follow(memory, attempt(memory, mutex, ticket), { timeout, state: `sleeps ${ticket}` });
        if (mutex.acquireAnyhow({ state: `${ticket} ${ending}` }) !== 'taken') return 'owner died';
        const notified = condition.settle(ticket, ending !== 'done');
        if (notified && (handsOn || (ending === 'aborted' && !forgets))) condition.notify(1);
        if (ending === 'aborted') return leave('aborted');
        if (notified && !untilReady) return leave('notified');
        if (notified) break;
        if (ending === 'timed out') return leave('timed out');
      }
    }
    return leave('ready');
  };
}

/** Makes it ready and notifies so many, if there are so many waiters. */
function notifying(most: number, after = 0): Operation {
  return (memory) => {
    const mutex = new ModelMutex(memory, mutexWord);
    const condition = new RawCondition(memory);
    if (mutex.acquire() !== 'taken') return 'owner died';
    const isDue = condition.waiting >= after;
    if (isDue) {
      memory.store(readyWord, 1);
      condition.notify(most);
    }
    mutex.release();
    return isDue ? 'gave' : 'too early';
  };
}

/** Only the owner of the lock looks at these words, so no other party sees when they change. */
function isPrivate(action: Action): boolean {
  return 'word' in action && [ticketWord, waitersWord, readyWord].includes(action.word);
}

function check(parties: readonly Party[], options: Partial<Scenario> = {}): void {
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: new Array<number>(conditionWords + 2).fill(0), cells: [] },
    parties,
    judge: allEnd,
    isPrivate,
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

const count = ({ logs }: End, ending: string): number => logs.flat().filter((log) => log === ending).length;

/** All go on, if the notice was given. */
const judgeGiven: Scenario['judge'] = (end) => {
  if (count(end, 'gave') > 0) allEnd(end);
};

test('two wait until it is ready, one notifies all', () => {
  check([party(waiting({ untilReady: true })), party(waiting({ untilReady: true })), party(notifying(2))], {
    interruptions: 3,
  });
  check([party(waiting({ untilReady: true })), party(notifying(2))]);
});

test('two wait, and are notified one by one: exactly one goes each time', () => {
  check([party(waiting()), party(waiting()), party([notifying(1, 2), notifying(1, 1)])], {
    interruptions: 3,
    judge: (end) => expect(count(end, 'notified')).toBe(count(end, 'gave')),
  });
});

test('one that begins to wait after the notice does not take it', () => {
  check([party(waiting()), party(waiting({ onlyIfReady: true })), party(notifying(1, 1))], {
    interruptions: 4,
    judge: ({ fates, logs }) => {
      if (logs[2]?.[0] === 'gave') expect(fates[0]).toBe('finished');
    },
  });
});

test('one of two times out, or is aborted, at any moment of its sleep: the other gets the notice', () => {
  // One notice for two, which hand it on: if the one that leaves had it, the other gets it all the same.
  const other = party(waiting({ handsOn: true }));
  const options = { interruptions: 3, judge: judgeGiven };
  check([party(waiting({ handsOn: true, timeout: 10 }), { timeouts: 1 }), other, party(notifying(1, 2))], options);
  check([party(waiting({ handsOn: true }), { aborts: 1 }), other, party(notifying(1, 2))], options);
});

test('one that waits dies at any step: the other gets its notice, or learns that the owner died', () => {
  const dying = party(waiting({ handsOn: true }), { mortal: true });
  check([dying, party(waiting({ handsOn: true })), party(notifying(1, 2))], {
    deaths: 1,
    interruptions: 3,
    judge: judgeGiven,
  });
});

test('one that notifies dies at any step: those that wait learn it, or have been notified', () => {
  const waiter = party(waiting({ untilReady: true }));
  check([waiter, party(notifying(1), { mortal: true }), party(notifying(1))], { deaths: 1, interruptions: 4 });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find the race by
 * which the README names the rule.
 */
test('finds "early notice": a sleeper that looks again at the word before it sleeps, and not at what it means', () => {
  class Late extends ConditionAttempt {
    override poll(): boolean {
      if (super.poll()) return true;
      this.expected = wordsOf(this).load(noticesWord);
      return false;
    }
  }
  const attempt: MakeAttempt = (...args) => new Late(...args);
  const judge = judgeGiven;
  check([party(waiting()), party(notifying(1, 1))], { judge });
  expect(() => check([party(waiting({ attempt })), party(notifying(1, 1))], { judge })).toThrow('asleep');
});

test('finds "stolen notice": a waiter that takes any notice there is', () => {
  class Greedy extends RawCondition {
    readonly #memory: ModelWords;

    constructor(memory: ModelWords) {
      super(memory);
      this.#memory = memory;
    }

    override settle(_ticket: number, leaving: boolean): boolean {
      const notified = this.#memory.load(noticesWord) > 0;
      if (notified) this.#memory.add(noticesWord, -1);
      if (notified || leaving) this.#memory.add(waitersWord, -1);
      return notified;
    }
  }
  class Eager extends ConditionAttempt {
    override poll(): boolean {
      return super.poll() || this.expected > 0;
    }
  }
  const condition: MakeCondition = (memory) => new Greedy(memory);
  const attempt: MakeAttempt = (...args) => new Eager(...args);
  const thief = party(waiting({ onlyIfReady: true, condition, attempt }));
  const judge: Scenario['judge'] = ({ fates, logs }) => {
    if (logs[2]?.[0] === 'gave') expect(fates[0]).toBe('finished');
  };
  expect(() => check([party(waiting()), thief, party(notifying(1, 1))], { judge, interruptions: 4 })).toThrow("'finished'");
});

test('finds "leaver": one that is aborted and keeps the notice', () => {
  const leaver = party(waiting({ handsOn: true, forgets: true }), { aborts: 1 });
  const keeps = party(waiting({ forgets: true }), { aborts: 1 });
  const judge = judgeGiven;
  const others = [party(waiting()), party(notifying(1, 2))];
  // Of two that do not hand it on, one sleeps on; unless the other was aborted, it has had the notice.
  const judgeKept: Scenario['judge'] = (end) => {
    if (count(end, 'gave') > 0 && count(end, 'aborted') > 0) expect(end.fates[1]).toBe('finished');
  };
  check([party(waiting(), { aborts: 1 }), ...others], { judge: judgeKept, interruptions: 3 });
  expect(() => check([keeps, ...others], { judge: judgeKept, interruptions: 3 })).toThrow("'finished'");
  check([leaver, party(notifying(1, 1))], { judge });
});

test('finds a notifier that wakes no sleeper', () => {
  const sabotage: Scenario['sabotage'] = (action) => action.name === 'wake' && action.word === noticesWord;
  expect(() => check([party(waiting()), party(notifying(1, 1))], { sabotage, judge: judgeGiven })).toThrow('asleep');
});

test('finds "lost lock": a sleeper that does not ask whether the owner of the lock lives', () => {
  const attempt: MakeAttempt = (words, _lock, ticket) => new ConditionAttempt(words, { ownerDied: () => false }, ticket);
  const parties = (way: Way): Party[] => [
    party(waiting({ untilReady: true, ...way })),
    party(notifying(1), { mortal: true }),
  ];
  // A notifier that dies before it has the lock owes nothing.
  const judge: Scenario['judge'] = ({ fates, shared }) => {
    if (((shared.words[mutexWord] ?? 0) & ownerMask) === 2) expect(fates[0]).not.toBe('asleep');
  };
  check(parties({}), { deaths: 1, judge });
  expect(() => check(parties({ attempt }), { deaths: 1, judge })).toThrow("'asleep'");
});

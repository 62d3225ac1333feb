import { TimeoutError } from '@manycore/core';
import type * as explorer from '@manycore/model';
import { Aborted, type Action, fieldsOf, ModelOf, ModelWords } from '@manycore/model';
import { describe, expect, test } from 'vitest';

import { EventCount, PreparedWait, type WaitSource } from './event-count.js';
import { Operation } from './operation.js';
import { waitSync } from './wait.js';
import { WaiterQueue } from './waiter-queue.js';

/** A model does not sleep in the background. */
class Words extends ModelWords {
  waitAsync(): never {
    throw new Error('there is no background in a model');
  }
}

type Step = explorer.Operation<Words>;
type Party = explorer.Party<Words>;
type Scenario = explorer.Scenario<Words>;

const model = new ModelOf('the event count and the waiter queue');

/** How many items there are: what the waiters wait for. */
const itemsWord = 0;
const waitersWord = 1;
/** 1 from the end on: there will be no more items. */
const closedWord = 2;
/** Changes with every item, where waiters sleep on it. */
const epochWord = 3;

const eventsOf = (memory: ModelWords): EventCount => new EventCount(memory, waitersWord);

/** Takes an item: 0; or names the word to sleep on. */
function tryTake(memory: ModelWords, events: EventCount): number {
  for (let items = memory.load(itemsWord); items > 0; ) {
    const found = memory.compareExchange(itemsWord, items, items - 1);
    if (found === items) return 0;
    items = found;
  }
  return memory.load(closedWord) !== 0 ? -1 : events.epoch;
}

/** A waiter that leaves something behind, or that has found the end, notifies the next one. */
function passOn(memory: ModelWords, events: EventCount): void {
  if (memory.load(itemsWord) > 0 || memory.load(closedWord) !== 0) events.notify(1);
}

interface Manner {
  readonly timeout?: number;
  readonly passesOn?: boolean;
}

const sourceOf = (memory: ModelWords, events: EventCount, passesOn = true): WaitSource => ({
  prepareWait: () => events.prepareWait(),
  passOn: () => {
    if (passesOn) passOn(memory, events);
  },
  rescue: () => undefined,
});

/** What the operation has come to; its attempt is followed by the real loop. */
const take =
  (manner: Manner = {}): Step =>
  (memory) => {
    const { timeout = Infinity, passesOn = true } = manner;
    const events = eventsOf(memory);
    const attempt = new PreparedWait(sourceOf(memory, events, passesOn), () => tryTake(memory, events));
    memory.local = () => fieldsOf(attempt);
    try {
      if (!waitSync(attempt, memory, timeout)) return 'timed out';
    } catch (error) {
      if (error instanceof Aborted) return 'aborted';
      throw error;
    }
    return attempt.outcome < 0 ? 'closed' : 'took';
  };

class Take extends Operation<string> {
  readonly #tryOnce: () => number;

  constructor(timeout: number, tryOnce: () => number) {
    super(timeout);
    this.#tryOnce = tryOnce;
  }

  override attempt(): number {
    return this.#tryOnce();
  }

  override leave(): boolean {
    return true;
  }

  override timeoutText(): string {
    return `no item came within ${this.timeout} ms`;
  }

  protected override result(outcome: number): string {
    return outcome < 0 ? 'closed' : 'took';
  }
}

/** The same by a waiter queue. */
const takeByQueue =
  (manner: Manner = {}): Step =>
  (memory) => {
    const { timeout = Infinity } = manner;
    const events = eventsOf(memory);
    const queue = new WaiterQueue(sourceOf(memory, events), memory);
    try {
      return queue.waitSync(new Take(timeout, () => tryTake(memory, events)));
    } catch (error) {
      if (error instanceof Aborted) return 'aborted';
      if (error instanceof TimeoutError) return 'timed out';
      throw error;
    }
  };

/** One item more: first the change, then the notification. */
const add: Step = (memory) => {
  memory.add(itemsWord, 1);
  eventsOf(memory).notify(1);
  return 'added';
};

const close: Step = (memory) => {
  memory.store(closedWord, 1);
  eventsOf(memory).notify(Infinity);
  return 'closed it';
};

const party = (times: number, step: Step, more: Partial<Party> = {}): Party => ({
  program: Array.from({ length: times }, () => step),
  ...more,
});

function check(parties: readonly Party[], options: Partial<Scenario> = {}): number {
  return model.explore<Words>({
    memory: (self, act) => new Words(self, act),
    shared: { words: [0, 0, 0], cells: [] },
    parties,
    judge: ({ fates, logs, shared }) => {
      const items = shared.words[itemsWord] ?? 0;
      const isWaiting = fates.includes('asleep');
      expect(isWaiting && items > 0, 'a waiter sleeps beside an item').toBe(false);
      expect(isWaiting && shared.words[closedWord] === 1, 'a waiter sleeps beside the end').toBe(false);
      if (fates.includes('dead')) return;
      const results = logs.flat();
      const count = (what: string): number => results.filter((result) => result === what).length;
      expect(count('took') + items, 'an item is lost, or taken twice').toBe(count('added'));
    },
    ...options,
  });
}

describe.each([
  ['a prepared wait', take],
  ['a waiter queue', takeByQueue],
] as const)('%s', (_, waiter) => {
  test('no wake-up is lost, in every order', () => {
    check([party(2, add), party(2, waiter())]);
  });

  test('one announcement for many', () => {
    check([party(2, add), party(1, waiter()), party(1, waiter())], { interruptions: 4 });
    check([party(1, add), party(1, add), party(1, waiter()), party(1, waiter())], { interruptions: 3 });
  });

  test('a waiter times out at any moment of its sleep', () => {
    const impatient = { timeout: 10 };
    check([party(2, add), party(2, waiter(impatient), { timeouts: 2 })]);
    check([party(1, add), party(1, waiter()), party(1, waiter(impatient), { timeouts: 1 })], { interruptions: 4 });
  });

  test('a waiter is aborted at any moment of its sleep', () => {
    check([party(2, add), party(2, waiter(), { aborts: 2 })]);
    check([party(1, add), party(1, waiter()), party(1, waiter(), { aborts: 1 })], { interruptions: 4 });
  });

  test('a notifier or a waiter dies at any step', () => {
    const mortal = { mortal: true };
    check([party(2, add, mortal), party(2, waiter())], { deaths: 1 });
    check([party(2, add), party(1, waiter(), mortal), party(1, waiter())], { deaths: 1, interruptions: 3 });
  });

  test('the end wakes all waiters', () => {
    check([party(1, add), party(1, close), party(1, waiter()), party(1, waiter())], { interruptions: 3 });
    check([party(1, close), party(1, waiter()), party(1, waiter()), party(1, waiter())], { interruptions: 3 });
  });
});

test('a word of its own to sleep on: for a condition that stays, of which all are notified', () => {
  const events = (memory: ModelWords): EventCount => new EventCount(memory, waitersWord, closedWord);
  const end: Step = (memory) => {
    memory.store(closedWord, 1);
    events(memory).notify(Infinity);
    return 'closed it';
  };
  const awaitEnd: Step = (memory) => {
    const source = { prepareWait: () => events(memory).prepareWait(), passOn: () => undefined, rescue: () => undefined };
    const attempt = new PreparedWait(source, () => (memory.load(closedWord) === 0 ? closedWord : -1));
    memory.local = () => fieldsOf(attempt);
    waitSync(attempt, memory, Infinity);
    return 'closed';
  };
  check([party(1, end), party(1, awaitEnd), party(1, awaitEnd)]);
  check([party(1, end, { mortal: true }), party(1, awaitEnd), party(1, awaitEnd)], { deaths: 1 });
});

/*
 * A checker that finds nothing proves nothing: here the protocol has one of its rules taken out, and the checker
 * must find the race by which the README names the rule.
 */
const broken = (make: () => unknown, what: string): void => {
  expect(make).toThrow(what);
};

test('finds "lost wake-up": a waiter does not look again after it has prepared', () => {
  const hasty: Step = (memory) => {
    const events = eventsOf(memory);
    while (tryTake(memory, events) !== 0) memory.wait(events.epoch, events.prepareWait());
    return 'took';
  };
  broken(() => check([party(1, add), party(1, hasty)]), 'sleeps beside an item');
});

test('finds "lost wake-up": a notifier notifies before the change', () => {
  const early: Step = (memory) => {
    eventsOf(memory).notify(1);
    memory.add(itemsWord, 1);
    return 'added';
  };
  broken(() => check([party(1, early), party(1, take())]), 'sleeps beside an item');
});

test('finds "lost wake-up": a waiter sleeps without an announcement', () => {
  const shy: Step = (memory) => {
    const events = eventsOf(memory);
    while (tryTake(memory, events) !== 0) memory.wait(events.epoch, memory.load(events.epoch));
    return 'took';
  };
  broken(() => check([party(1, add), party(1, shy)]), 'sleeps beside an item');
});

/** Adds an item and changes the word on which waiters sleep; `notify` wakes one of them. */
const addWithEpoch =
  (notify: (memory: ModelWords) => void): Step =>
  (memory) => {
    memory.add(itemsWord, 1);
    memory.add(epochWord, 1);
    notify(memory);
    return 'added';
  };

function checkEpoch(notify: (memory: ModelWords) => void): void {
  const eventsWithEpoch = (memory: ModelWords): EventCount => new EventCount(memory, waitersWord, epochWord);
  const takeByEpoch: Step = (memory) => {
    const events = eventsWithEpoch(memory);
    waitSync(new PreparedWait(sourceOf(memory, events), () => tryTake(memory, events)), memory, Infinity);
    return 'took';
  };
  const shared = { words: [0, 0, 0, 1], cells: [] };
  const adding = addWithEpoch(notify);
  check([party(1, adding), party(1, adding), party(1, takeByEpoch), party(1, takeByEpoch)], {
    shared,
    interruptions: 4,
  });
}

test('waiters sleep on a word of their own, which changes anyway', () => {
  checkEpoch((memory) => new EventCount(memory, waitersWord, epochWord).notify(1));
});

test('finds a late notifier that takes back the announcement of a thread that sleeps on that word', () => {
  broken(
    () =>
      checkEpoch((memory) => {
        if (memory.exchange(waitersWord, 0) !== 0) memory.notify(epochWord, 1);
      }),
    'sleeps beside an item',
  );
});

test('finds "one announcement for many": a woken waiter does not prepare again before it looks', () => {
  class Forgetful extends PreparedWait {
    override woke(): void {
      Reflect.set(this, 'prepared', []);
    }
  }
  const forgetful: Step = (memory) => {
    const events = eventsOf(memory);
    waitSync(new Forgetful(sourceOf(memory, events), () => tryTake(memory, events)), memory, Infinity);
    return 'took';
  };
  const members = [party(2, add), party(1, forgetful), party(1, forgetful)];
  broken(() => check(members, { interruptions: 4 }), 'sleeps beside an item');
});

test('finds "announcement of another": a waiter that finds the end does not pass it on', () => {
  const selfish = take({ passesOn: false });
  broken(() => check([party(1, close), party(1, selfish), party(1, selfish)], { interruptions: 4 }), 'beside the end');
});

test('finds "one announcement for many": a waiter that leaves an item does not pass the wake-up on', () => {
  const selfish = take({ passesOn: false });
  broken(() => check([party(2, add), party(1, selfish), party(1, selfish)], { interruptions: 4 }), 'sleeps beside an item');
});

test('finds a notifier that takes the announcement back and wakes no waiter', () => {
  const sabotage = (action: Action): boolean => action.name === 'wake';
  broken(() => check([party(1, add), party(1, take())], { sabotage }), 'sleeps beside an item');
});

test('finds "swallowed wake-up": an aborted waiter does not pass on what it was woken for', () => {
  // Only the aborted party wakes others by itself: the parker does it.
  const sabotage = (action: Action, by: number): boolean => action.name === 'wake' && by === 2;
  const members = [party(1, add), party(1, take()), party(1, take(), { aborts: 1 })];
  broken(() => check(members, { sabotage, interruptions: 4 }), 'sleeps beside an item');
});

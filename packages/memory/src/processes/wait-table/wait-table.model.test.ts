import { ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { WaitTable, type WaitTableSize, wordsOfWaitTable } from './wait-table.js';

const model = new ModelOf('the wait table');

const size: WaitTableSize = { buckets: 1, perBucket: 2 };
const tableWords = wordsOfWaitTable(size);
/** The word that is waited for, as others change it. */
const dataWord = tableWords;
/** Grows with each signal to a party. */
const signalWord = (party: number): number => tableWords + party;

const key = 5;
const otherKey = 6;

const tableOf = (memory: ModelWords, its: WaitTableSize = size): WaitTable =>
  new WaitTable(memory, its);

/** Makes a party look; false when it is dead. */
const signal = (memory: ModelWords) => (owner: number): boolean => {
  if (!memory.alive(owner)) return false;
  memory.add(signalWord(owner), 1);
  memory.notify(signalWord(owner), Infinity);
  return true;
};

interface Manner {
  readonly key?: number;
  readonly size?: WaitTableSize;
  /** Leaves when its sleep times out. */
  readonly impatient?: boolean;
  /** Does not look at the word again once its record shows the waiter. */
  readonly careless?: boolean;
}

/** Waits until the word is not 0, as `ProcessesParker.waitAsync` does, and its signals and heartbeat. */
const waitFor =
  ({ key: its = key, size, impatient = false, careless = false }: Manner = {}): Operation =>
  (memory) => {
    const table = tableOf(memory, size);
    if (memory.load(dataWord) !== 0) return 'not needed';
    const record = table.open(memory.self, its);
    if (!careless && memory.load(dataWord) !== 0) {
      if (record !== undefined && table.leave(record)) table.grant(its, 1, signal(memory));
      return 'not needed';
    }
    for (;;) {
      const seen = memory.load(signalWord(memory.self));
      if (record !== undefined && table.take(record) > 0) return 'woken';
      const outcome = memory.wait(signalWord(memory.self), seen, 50);
      if (outcome !== 'timed-out') continue;
      // The heartbeat.
      if (record !== undefined && table.take(record) > 0) return 'woken';
      const changed = memory.load(dataWord) !== 0;
      if (!changed && !impatient) continue;
      if (record !== undefined && table.leave(record)) table.grant(its, 1, signal(memory));
      return changed ? 'woken late' : 'left';
    }
  };

/** Changes the word and wakes so many waiters. */
const notify =
  (count: number, its = key, size?: WaitTableSize): Operation =>
  (memory) => {
    memory.store(dataWord, 1);
    return `gave ${tableOf(memory, size).grant(its, count, signal(memory))}`;
  };

const party = (...program: Operation[]): Party => ({ program, mortal: true });

function check(parties: readonly Party[], options: Partial<Scenario> = {}): number {
  return model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: new Array<number>(tableWords + parties.length + 2).fill(0), cells: [] },
    parties,
    judge: ({ fates, shared }) => {
      expect(fates).not.toContain('asleep');
      if (fates.includes('dead')) return;
      // Every record is free again, and the bucket knows of none.
      expect(shared.words[0]).toBe(0);
      expect([shared.words[16], shared.words[20]]).toEqual([0, 0]);
    },
    ...options,
  });
}

test('a waiter and a notifier: every order', () => {
  check([party(waitFor()), party(notify(1))]);
});

test('two waiters, and one wake-up for each', () => {
  check([party(waitFor()), party(waitFor()), party(notify(1), notify(1))], { interruptions: 4 });
});

test('two waiters, all woken at once', () => {
  check([party(waitFor()), party(waitFor()), party(notify(Infinity))], { interruptions: 4 });
});

test('a waiter leaves while it is woken: the other has the wake-up', () => {
  const impatient: Party = { ...party(waitFor({ impatient: true })), timeouts: 1 };
  check([impatient, party(waitFor()), party(notify(1), notify(1))], { interruptions: 3 });
});

test('a record is used again for another word while a notifier looks at it', () => {
  const impatient: Party = {
    ...party(waitFor({ impatient: true }), waitFor({ key: otherKey })),
    timeouts: 1,
  };
  check([impatient, party(notify(1), notify(1, otherKey))]);
});

test('more waiters than records: the heartbeat ends their waits', () => {
  // Time passes for it as for a sleeper after a death.
  const oneRecord = { buckets: 1, perBucket: 1 };
  const patient: Party = { ...party(waitFor({ size: oneRecord })), timeouts: 1 };
  check([patient, patient, party(notify(Infinity, key, oneRecord))], {
    interruptions: 1,
    judge: ({ logs }) => {
      // One that sleeps has no record, and no heartbeat left in this run.
      for (const log of logs.slice(0, 2)) expect(log.length).toBeLessThanOrEqual(1);
    },
  });
});

test('a waiter or a notifier dies at any step', () => {
  check([party(waitFor()), party(notify(1))], { deaths: 1, judge: onlyUnnotifiedSleep });
  check([party(waitFor()), party(waitFor()), party(notify(1), notify(1))], {
    deaths: 1,
    interruptions: 2,
    judge: onlyUnnotifiedSleep,
  });
});

/** Without a notifier that has changed the word, a waiter sleeps on. */
const onlyUnnotifiedSleep: Scenario['judge'] = ({ fates, shared }) => {
  if (shared.words[dataWord] !== 0) expect(fates).not.toContain('asleep');
};

const broken = (run: () => unknown): void => {
  expect(run).toThrow();
};

test('finds a waiter that does not look again once its record shows it', () => {
  broken(() => check([party(waitFor({ careless: true })), party(notify(1))]));
});

test('finds a leaver that keeps the wake-up', () => {
  const selfish: Operation = (memory) => {
    const table = tableOf(memory);
    const record = table.open(memory.self, key) ?? 0;
    const seen = memory.load(signalWord(memory.self));
    if (table.take(record) > 0) return 'woken';
    if (memory.wait(signalWord(memory.self), seen, 50) !== 'timed-out') return `took ${table.take(record)}`;
    table.leave(record);
    return 'left';
  };
  const waiter: Operation = (memory) => {
    const table = tableOf(memory);
    const record = table.open(memory.self, key) ?? 0;
    for (;;) {
      const seen = memory.load(signalWord(memory.self));
      if (table.take(record) > 0) return 'woken';
      memory.wait(signalWord(memory.self), seen);
    }
  };
  // One wake-up for two waiters of which one leaves.
  const members = [{ ...party(selfish), timeouts: 1 }, party(waiter), party(notify(1))];
  broken(() =>
    check(members, {
      judge: ({ fates, logs }) => {
        if (logs[0]?.[0] === 'left') expect(fates[1]).toBe('finished');
      },
    }),
  );
});

test('finds a notifier that does not pass over the dead', () => {
  const blind: Operation = (memory) => {
    memory.store(dataWord, 1);
    tableOf(memory).grant(key, 1, (owner) => {
      signal(memory)(owner);
      return true;
    });
    return 'gave 1';
  };
  // No heartbeat: only the credit counts.
  const waiter: Operation = (memory) => {
    const table = tableOf(memory);
    if (memory.load(dataWord) !== 0) return 'not needed';
    const record = table.open(memory.self, key) ?? 0;
    if (memory.load(dataWord) !== 0) return 'not needed';
    for (;;) {
      const seen = memory.load(signalWord(memory.self));
      if (table.take(record) > 0) return 'woken';
      memory.wait(signalWord(memory.self), seen);
    }
  };
  const mortal = party(waiter);
  const others = { ...party(waiter), mortal: false };
  const scenario = (give: Operation): number =>
    check([mortal, others, { ...party(give), mortal: false }], {
      deaths: 1,
      interruptions: 3,
      judge: ({ fates }) => {
        if (fates[0] === 'dead') expect(fates[1]).toBe('finished');
      },
    });
  broken(() => scenario(blind));
});

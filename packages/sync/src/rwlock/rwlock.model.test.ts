import type { MutexRules } from '@manycore/memory/internal';
import { fieldsOf, ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { follow, type Manner, ModelMutex, party, wordsOf } from '../../test/support/protocol.js';
import { DrainAttempt, drainWord, mutexWord, RawRWLock, writingWord } from './raw-rwlock.js';
import { firstSlot, ReaderSlots } from './reader-slots.js';

const model = new ModelOf('the readers-writer lock');

/** Which parties are inside: a bit for each reader, and 16 bits further for each writer. */
const insideWord = 4;
/** 1 while what the lock protects is half changed. */
const damagedWord = 5;

type MakeLock = (memory: ModelWords, mutex: ModelMutex, slots: ReaderSlots) => RawRWLock;
type MakeDrain = (memory: ModelWords, slots: ReaderSlots, suspicious: boolean) => DrainAttempt;

const makeLock: MakeLock = (memory, mutex, slots) => new RawRWLock(memory, mutex, slots);
const makeDrain: MakeDrain = (memory, slots, suspicious) => new DrainAttempt(memory, slots, suspicious);

interface Way {
  readonly timeout?: number;
  readonly recovering?: boolean;
  readonly slots?: number;
  readonly rules?: MutexRules;
  readonly lock?: MakeLock;
  readonly drain?: MakeDrain;
}

function partsOf(memory: ModelWords, way: Way): { mutex: ModelMutex; lock: RawRWLock } {
  const { slots = 2, rules = { harmWord: writingWord }, lock = makeLock } = way;
  const mutex = new ModelMutex(memory, mutexWord, rules);
  return { mutex, lock: lock(memory, mutex, new ReaderSlots(memory, slots)) };
}

/** As `RWLock.readSync` does it, and ends the reading. */
function read(way: Way = {}): Operation {
  return (memory) => {
    const { mutex, lock } = partsOf(memory, way);
    let count = lock.tryRead();
    if (count === 0) {
      const locked = mutex.acquire({ ...way, state: fieldsOf(lock.slots) });
      if (locked !== 'taken') return locked;
      count = lock.register();
    }
    const problem = look(memory, 1 << memory.self, 0x7fff0000);
    lock.endReading(count);
    return problem ?? 'read';
  };
}

/** As `RWLock.writeSync` and `recoverSync` do it, and ends the writing. */
function write(way: Way = {}): Operation {
  const { drain = makeDrain, timeout } = way;
  return (memory) => {
    const { mutex, lock } = partsOf(memory, way);
    const locked = mutex.acquire(way);
    if (locked !== 'taken' && locked !== 'recovered') return locked;
    const recovered = locked === 'recovered';
    if (lock.slots.busy(false)) {
      const ending = follow(memory, drain(memory, lock.slots, false), { timeout, state: locked });
      if (ending !== 'done') {
        lock.giveUpWriting(recovered);
        return ending;
      }
    }
    lock.beginWriting();
    if (recovered) memory.store(damagedWord, 0);
    const problem = look(memory, 1 << (16 + memory.self), -1);
    memory.store(damagedWord, 1);
    memory.store(damagedWord, 0);
    lock.endWriting();
    return problem ?? (recovered ? 'recovered' : 'written');
  };
}

/** Enters with this bit, and says what is wrong: another is inside that must not be, or the state is damaged. */
function look(memory: ModelWords, bit: number, excluded: number): string | undefined {
  const others = memory.or(insideWord, bit) & excluded & ~bit;
  const isDamaged = memory.load(damagedWord) !== 0;
  memory.and(insideWord, ~bit);
  for (let id = 1; id < 8; id += 1) {
    if ((others & (0x10001 << id)) !== 0 && memory.alive(id)) return 'not alone';
  }
  return isDamaged ? 'damaged' : undefined;
}

const reader = (way?: Way, manner?: Manner): Party => party(read(way), manner);
const writer = (way?: Way, manner?: Manner): Party => party(write(way), manner);

function check(parties: readonly Party[], options: Partial<Scenario> = {}): void {
  const { deaths = 0 } = options;
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: new Array<number>(firstSlot + 4).fill(0), cells: [] },
    parties,
    judge: ({ fates, logs, shared }) => {
      for (const problem of ['not alone', 'damaged']) expect(logs.flat()).not.toContain(problem);
      expect(fates).not.toContain('asleep');
      if (deaths > 0) return;
      expect(logs.flat()).not.toContain('owner died');
      // Neither read nor written by any thread.
      for (const word of [mutexWord, writingWord, firstSlot + 1, firstSlot + 3]) expect(shared.words[word]).toBe(0);
    },
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

test('a reader and a writer, again and again', () => {
  check([reader(), writer()]);
  check([party([read(), read()]), party([write(), write()])], { interruptions: 4 });
  check([party([read(), write()]), party([write(), read()])], { interruptions: 4 });
});

test('two readers and a writer; two writers and a reader', () => {
  check([reader(), reader(), writer()], { interruptions: 3 });
  check([reader(), writer(), writer()], { interruptions: 2 });
});

test('more readers than slots: the one without a slot reads alone', () => {
  const way = { slots: 1 };
  check([reader(way), reader(way)]);
  check([reader(way), reader(way), writer(way)], { interruptions: 2 });
});

test('a writer or reader times out, or is aborted, at any moment of its sleep', () => {
  check([party([read(), read()]), writer({ timeout: 10 }, { timeouts: 1 })]);
  check([party([read(), read()]), writer({}, { aborts: 1 })]);
  check([reader(), writer(), writer({ timeout: 10 }, { timeouts: 1 })], { interruptions: 2 });
  check([reader({ timeout: 10 }, { timeouts: 1 }), writer(), reader()], { interruptions: 2 });
  check([reader({}, { aborts: 1 }), writer(), writer({}, { aborts: 1 })], { interruptions: 2 });
});

/** No death did harm. */
const harmless: Scenario['judge'] = ({ fates, logs }) => {
  for (const problem of ['not alone', 'damaged', 'owner died']) expect(logs.flat()).not.toContain(problem);
  expect(fates).not.toContain('asleep');
};

test('a reader dies at any step: it counts as gone', () => {
  const options = { deaths: 1, judge: harmless };
  check([reader({}, { mortal: true }), party([write(), write()])], { ...options, interruptions: 4 });
  check([reader({}, { mortal: true }), reader(), writer()], { ...options, interruptions: 2 });
});

test('a reader dies at any step, and another takes its slot', () => {
  const way = { slots: 1 };
  check([reader(way, { mortal: true }), reader(way), writer(way)], { deaths: 1, judge: harmless, interruptions: 2 });
});

test('a writer dies at any step: the others learn of it, unless it had done no harm', () => {
  check([writer({}, { mortal: true }), party([read(), write()])], { deaths: 1 });
  check([writer({}, { mortal: true }), reader(), writer()], { deaths: 1, interruptions: 3 });
});

test('after the death of a writer one recovers, or gives up and leaves it for another', () => {
  const dying = writer({}, { mortal: true });
  check([dying, party([write({ recovering: true }), read()])], { deaths: 1 });
  check([dying, reader(), writer({ recovering: true })], { deaths: 1, interruptions: 3 });
  const leaver = writer({ recovering: true, timeout: 10 }, { timeouts: 2 });
  check([dying, leaver, writer({ recovering: true })], { deaths: 1, judge: harmless, interruptions: 2 });
  check([dying, leaver, reader()], { deaths: 1, interruptions: 2 });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find the race by
 * which the README names the rule.
 */
test('finds a reader that looks at the mutex before it counts', () => {
  class Hasty extends RawRWLock {
    readonly #memory: ModelWords;

    constructor(memory: ModelWords, mutex: ModelMutex, slots: ReaderSlots) {
      super(memory, mutex, slots);
      this.#memory = memory;
    }

    override tryRead(): number {
      const count = this.slots.claim();
      if (this.#memory.load(mutexWord) !== 0) return 0;
      this.#memory.add(count, 1);
      return count;
    }
  }
  expect(() => check([reader({ lock: (...args) => new Hasty(...args) }), writer()])).toThrow(/not alone|damaged/);
});

test('finds a writer that looks at the counts before it has the mutex', () => {
  const hasty: Operation = (memory) => {
    const { mutex, lock } = partsOf(memory, {});
    if (lock.slots.busy(false) || mutex.acquire() !== 'taken') return 'busy';
    lock.beginWriting();
    const problem = look(memory, 1 << (16 + memory.self), -1);
    lock.endWriting();
    return problem ?? 'written';
  };
  expect(() => check([reader(), party(hasty)])).toThrow('not alone');
});

test('finds "both back off": a reader that does not tell the writer that it has left', () => {
  class Quiet extends RawRWLock {
    readonly #memory: ModelWords;

    constructor(memory: ModelWords, mutex: ModelMutex, slots: ReaderSlots) {
      super(memory, mutex, slots);
      this.#memory = memory;
    }

    override endReading(count: number): void {
      if (count === 0) super.endReading(count);
      else this.#memory.add(count, -1);
    }
  }
  expect(() => check([reader({ lock: (...args) => new Quiet(...args) }), writer()])).toThrow('asleep');
});

test('finds a writer that looks at the drain after the counts', () => {
  class Late extends DrainAttempt {
    override poll(): boolean {
      const isDone = super.poll();
      this.expected = wordsOf(this).load(drainWord);
      return isDone;
    }
  }
  expect(() => check([reader(), writer({ drain: (...args) => new Late(...args) })])).toThrow('asleep');
});

test('finds "dead reader": a writer that does not ask whether the readers live', () => {
  class Trusting extends DrainAttempt {
    override woke(): void {
      // It looks at the counts only.
    }
  }
  const parties = (way: Way): Party[] => [reader({}, { mortal: true }), writer(way)];
  check(parties({}), { deaths: 1 });
  const drain: MakeDrain = (...args) => new Trusting(...args);
  expect(() => check(parties({ drain }), { deaths: 1 })).toThrow('asleep');
});

test('finds "dead writer": a takeover that takes any death for harmless', () => {
  const parties = (way: Way): Party[] => [writer({}, { mortal: true }), reader(way), writer(way)];
  // No party writes to this word.
  const rules = { harmWord: firstSlot - 1 };
  expect(() => check(parties({ rules }), { deaths: 1, interruptions: 3 })).toThrow('damaged');
});

test('finds one that gives up recovering and leaves the lock as if it were free', () => {
  class Forgetful extends RawRWLock {
    override giveUpWriting(): void {
      this.beginWriting();
      this.endWriting();
    }
  }
  const leaver: Way = { recovering: true, timeout: 10, lock: (...args) => new Forgetful(...args) };
  const parties = [writer({}, { mortal: true }), reader(), writer(leaver, { timeouts: 2 })];
  expect(() => check(parties, { deaths: 1, interruptions: 2 })).toThrow('damaged');
});

test('finds "borrowed slot": a dead thread\'s slot that is taken without the mutex', () => {
  class Thief extends RawRWLock {
    override tryRead(): number {
      this.slots.reclaim();
      return super.tryRead();
    }
  }
  const way = { slots: 1 };
  const thief = party([read({ ...way, lock: (...args) => new Thief(...args) }), write(way)]);
  const parties = [reader(way, { mortal: true }), thief, writer(way, { timeouts: 1 })];
  // The writer sets the count of the slot's next thread to 0; that thread takes one off when it has read.
  expect(() => check(parties, { deaths: 1, interruptions: 2 })).toThrow('asleep');
});

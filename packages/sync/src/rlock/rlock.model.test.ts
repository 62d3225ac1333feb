import { ModelOf, ModelWords, type Operation, type Party, type Scenario } from '@manycore/model';
import { expect, test } from 'vitest';

import { type Manner, ModelMutex, party } from '../../test/support/protocol.js';
import { againWord, contextWord, mutexWord, ownerWords, RawReentrantMutex } from './raw-reentrant-mutex.js';

const model = new ModelOf('the reentrant lock');

/** The party in the critical section; 0 for none. */
const insideWord = 3;
const ownerMask = 2 ** 30 - 1;

type Make = (memory: ModelWords, mutex: ModelMutex) => RawReentrantMutex;

const make: Make = (memory, mutex) => new RawReentrantMutex(memory, () => mutex.release());

interface Way {
  readonly timeout?: number;
  readonly recovering?: boolean;
  /** The task that owns it; 0: the thread. */
  readonly context?: number;
  /** How often it acquires the lock altogether. */
  readonly depth?: number;
  /** Releases the lock while it is nested, as a condition does, and acquires it again. */
  readonly suspends?: boolean;
  readonly rules?: { readonly ownerWords?: readonly number[] };
  readonly raw?: Make;
}

/** Acquires so deep, is alone inside, releases as often. */
function enter(way: Way = {}): Operation {
  const { context = 0, depth = 2, suspends = false, rules = { ownerWords }, raw = make } = way;
  return (memory) => {
    const mutex = new ModelMutex(memory, mutexWord, rules);
    const lock = raw(memory, mutex);
    const taken = mutex.acquire(way);
    if (taken !== 'taken' && taken !== 'recovered') return taken;
    if (context !== 0) lock.own(context);
    if (lock.again !== 0 || lock.context !== context) return 'not clean';
    for (let again = 1; again < depth; again += 1) lock.nest();
    const alone = inside(memory);
    if (suspends) {
      const nesting = lock.suspend();
      mutex.release();
      if (mutex.acquire({ state: `resuming ${String(alone)}` }) !== 'taken') return 'lost';
      lock.resume(nesting);
      if (!inside(memory)) return 'two inside';
    }
    for (let again = depth; again > 1; again -= 1) if (lock.release()) return 'released too early';
    if (!lock.release()) return 'released too late';
    if (!alone) return 'two inside';
    return taken;
  };
}

function inside(memory: ModelWords): boolean {
  const before = memory.exchange(insideWord, memory.self);
  const isAlone = before === 0 || !memory.alive(before);
  memory.store(insideWord, 0);
  return isAlone;
}

const wrong = ['two inside', 'not clean', 'released too early', 'released too late'];

function check(parties: readonly Party[], options: Partial<Scenario> = {}): void {
  const { deaths = 0 } = options;
  const states = model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: [0, 0, 0, 0], cells: [] },
    parties,
    judge: ({ fates, logs, shared }) => {
      for (const log of wrong) expect(logs.flat()).not.toContain(log);
      expect(fates).not.toContain('asleep');
      if (deaths > 0) return;
      expect(logs.flat()).not.toContain('owner died');
      for (const word of [mutexWord, contextWord, againWord]) expect(shared.words[word]).toBe(0);
    },
    ...options,
  });
  expect(states).toBeGreaterThan(10);
}

const one = (way?: Way, manner?: Manner): Party => party(enter(way), manner);

test('threads and tasks that acquire it again: each is alone, and the last release frees it', () => {
  check([one(), one({ context: 7, depth: 3 })]);
  check([party([enter(), enter({ context: 5 })]), party([enter({ context: 7 }), enter({ depth: 1 })])]);
  check([one(), one({ context: 7 }), one({ depth: 1 })], { interruptions: 3 });
});

test('one times out, or is aborted, at any moment of its sleep', () => {
  check([party([enter(), enter()]), one({ timeout: 10 }, { timeouts: 1 })]);
  check([party([enter(), enter()]), one({ context: 7 }, { aborts: 1 })]);
});

test('one releases it while it is nested, and acquires it again, as a condition does', () => {
  check([one({ context: 7, suspends: true }), one({ depth: 3 })]);
  check([one({ suspends: true }), one({ suspends: true, depth: 1 })]);
});

test('the owner dies at any depth: the lock that is recovered is held once', () => {
  const dying = one({ context: 7, depth: 3 }, { mortal: true });
  check([dying, party([enter(), enter()])], { deaths: 1 });
  check([dying, party([enter({ recovering: true }), enter({ recovering: true, context: 9 })])], { deaths: 1 });
  check([dying, one({ recovering: true }), one({ recovering: true, context: 9 })], { deaths: 1, interruptions: 3 });
});

/*
 * A checker that finds nothing proves nothing: here a rule is taken out, and the checker must find what it is for.
 */
test('finds "stale owner\'s words": a takeover that keeps what the dead owner wrote', () => {
  const parties = (way: Way): Party[] => [
    one({ context: 7, depth: 3 }, { mortal: true }),
    one({ recovering: true, context: 0, ...way }),
  ];
  check(parties({}), { deaths: 1 });
  expect(() => check(parties({ rules: {} }), { deaths: 1 })).toThrow('not clean');
});

test('finds an owner that clears its words after the release', () => {
  class Late extends RawReentrantMutex {
    readonly #memory: ModelWords;

    constructor(memory: ModelWords, mutex: ModelMutex) {
      super(memory, () => mutex.release());
      this.#memory = memory;
    }

    override release(): boolean {
      const { context } = this;
      if (this.again === 0) this.#memory.store(contextWord, 0);
      if (!super.release()) return false;
      if (context !== 0) this.#memory.store(contextWord, 0);
      return true;
    }
  }
  const raw: Make = (memory, mutex) => new Late(memory, mutex);
  expect(() => check([one({ context: 7, raw }), one({ context: 9, raw })])).toThrow('not clean');
});

test('finds a release that does not count how often the owner acquired it', () => {
  class Flat extends RawReentrantMutex {
    override nest(): void {
      // Not counted.
    }
  }
  const raw: Make = (memory, mutex) => new Flat(memory, () => mutex.release());
  expect(() => check([one({ raw }), one()])).toThrow('released too early');
});

test('finds a wait that leaves its nesting in the words while the lock is free', () => {
  class Careless extends RawReentrantMutex {
    override suspend(): { context: number; again: number } {
      return { context: this.context, again: this.again };
    }
  }
  const raw: Make = (memory, mutex) => new Careless(memory, () => mutex.release());
  expect(() => check([one({ raw, suspends: true }), one()])).toThrow('not clean');
});

test('finds two that take the lock by looking and storing', () => {
  const hasty: Operation = (memory) => {
    if ((memory.load(mutexWord) & ownerMask) !== 0) return 'busy';
    memory.store(mutexWord, memory.self);
    const alone = inside(memory);
    memory.store(mutexWord, 0);
    return alone ? 'taken' : 'two inside';
  };
  expect(() => check([party(hasty), party(hasty)])).toThrow('two inside');
});

import { deferred } from '@manycore/core/internal';
import { Condition, Event, type Guard, RLock } from '@manycore/sync';
import { repeat, until } from '@manycore/testing';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { again, helper, holder, slowHelper } from './support/rlock-tasks.js';

/*
 * In whatever way a task comes by its locks, it is their owner afterwards: it acquires each again without
 * waiting, and other tasks do not.
 */

function* lazily(locks: readonly RLock[]): Generator<Promise<Guard>> {
  for (const lock of locks) yield lock.acquire();
}

/** Ways to acquire several locks together. */
const together: readonly [string, (locks: readonly RLock[]) => PromiseLike<unknown>][] = [
  ['Promise.all', (locks) => Promise.all(locks.map((lock) => lock.acquire()))],
  ['Promise.all with values between', (locks) => Promise.all(locks.flatMap((lock): Promise<unknown>[] => [lock.acquire(), 1 as never, Promise.resolve()]))],
  ['Promise.all of helpers', (locks) => Promise.all(locks.map(helper))],
  ['Promise.all of slow helpers', (locks) => Promise.all(locks.map(slowHelper))],
  ['Promise.all of a generator', (locks) => Promise.all(lazily(locks))],
  ['Promise.all in a helper', async (locks) => Promise.all(locks.map((lock) => lock.acquire()))],
  ['Promise.all in Promise.all', ([a, ...others]) => Promise.all([a?.acquire(), Promise.all(others.map((lock) => lock.acquire()))])],
  ['Promise.all and then', (locks) => Promise.all(locks.map((lock) => lock.acquire())).then((guards) => guards)],
  ['Promise.allSettled', (locks) => Promise.allSettled(locks.map((lock) => lock.acquire()))],
  ['Promise.any', (locks) => Promise.any(locks.map((lock) => lock.acquire()))],
  ['Promise.race', (locks) => Promise.race(locks.map((lock) => lock.acquire()))],
  [
    'one await after the other',
    async (locks) => {
      for (const promise of locks.map((lock) => lock.acquire())) await promise;
    },
  ],
  [
    'one await after the other, backwards',
    async (locks) => {
      for (const promise of locks.map(helper).reverse()) await promise;
    },
  ],
];

describe.each(together)('acquired by %s', (_, acquire) => {
  test(
    'while they are free',
    repeat(async () => {
      const locks = [new RLock(), new RLock(), new RLock()];
      await acquire(locks);
      await again(...locks);
      for (const lock of locks) lock.release();
      expect(locks.map((lock) => lock.locked)).toEqual([false, false, false]);
    }),
  );

  test(
    'while others hold some',
    repeat(async () => {
      const locks = [new RLock(), new RLock(), new RLock()];
      const { promise, resolve } = deferred<undefined>();
      const others = locks.slice(1).map((lock) => holder(lock, promise));
      const acquired = acquire(locks);
      setImmediate(resolve, undefined);
      await acquired;
      await again(...locks);
      await Promise.all(others);
      for (const lock of locks) lock.release();
      expect(locks.map((lock) => lock.locked)).toEqual([false, false, false]);
    }),
  );

  test(
    'within another lock, and others still wait',
    repeat(async () => {
      const [outer, ...locks] = [new RLock(), new RLock(), new RLock()];
      const strangers: Promise<void>[] = [];
      await outer.run(async () => {
        await acquire(locks);
        await again(outer, ...locks);
      });
      const order: string[] = [];
      for (const lock of locks) {
        strangers.push(
          // Begun by a timer, which belongs to no task.
          new Promise<Guard>((resolve) => setImmediate(() => resolve(lock.acquire()))).then((guard) => {
            order.push('stranger');
            guard.release();
          }),
        );
      }
      await sleep(2);
      await again(...locks);
      order.push('owner');
      for (const lock of locks) lock.release();
      await Promise.all(strangers);
      expect(order).toEqual(['owner', 'stranger', 'stranger']);
    }),
  );
});

test(
  'a lock that a Promise.race gets later is the task’s own, even while it waits for it',
  repeat(async () => {
    const [first, later] = [new RLock(), new RLock()];
    const { promise, resolve } = deferred<undefined>();
    const other = holder(later, promise);
    const guard = await Promise.race([first.acquire(), later.acquire()]);
    guard.release();
    expect(first.locked).toBe(false);
    const waits = again(later);
    setImmediate(resolve, undefined);
    await waits;
    await other;
    later.release();
    expect(later.locked).toBe(false);
  }),
);

test('a task that waits becomes the owner when its thread acquires the lock by blocking', async () => {
  const lock = new RLock();
  const { promise, resolve } = deferred<undefined>();
  const other = holder(lock, promise);
  const waiting = lock.acquire();
  resolve(undefined);
  await other;
  // Given to the one that waits, or free for a moment.
  const taken = lock.tryAcquire();
  const guard = await waiting;
  guard.release();
  taken?.release();
  expect(lock.locked).toBe(false);
});

/** Ways for a task to come by the lock, and to go on. */
const ways: readonly ((lock: RLock, own: RLock) => Promise<() => void>)[] = [
  async (lock) => {
    const guard = await lock.acquire();
    return () => guard.release();
  },
  async (lock) => {
    const guard = await helper(lock);
    return () => guard.release();
  },
  async (lock) => {
    const guard = await slowHelper(lock);
    return () => guard.release();
  },
  async (lock, own) => {
    const guards = await Promise.all([lock.acquire(), own.acquire()]);
    return () => guards.forEach((guard) => guard.release());
  },
  async (lock, own) => {
    const guards = await Promise.all([own, lock].map(slowHelper));
    return () => guards.forEach((guard) => guard.release());
  },
  async (lock, own) => {
    const [mine, shared] = [own.acquire(), lock.acquire()];
    await Promise.race([mine, sleep(0)]);
    const guards = [await shared, await mine];
    return () => guards.forEach((guard) => guard.release());
  },
];

test(
  'tasks that come by a lock in all these ways exclude each other',
  repeat(async () => {
    const lock = new RLock();
    let inside = 0;
    const signals: (() => void)[] = [];
    const task = async (number: number): Promise<void> => {
      const own = new RLock();
      for (let round = 0; round < 4; round += 1) {
        const way = ways[(number + round) % ways.length];
        const release = await way?.(lock, own);
        expect((inside += 1)).toBe(1);
        // Wakes another task while it goes on.
        signals.shift()?.();
        await (round % 2 === 0 ? again(lock) : sleep(0));
        await Promise.all([again(lock), lock.run(() => again(lock))]);
        expect(inside).toBe(1);
        inside -= 1;
        release?.();
        if (round % 3 === 0) {
          const { promise, resolve } = deferred<undefined>();
          signals.push(() => resolve(undefined));
          await Promise.race([promise, sleep(1)]);
        }
      }
    };
    await Promise.all(Array.from({ length: 24 }, (__, number) => task(number)));
    expect(lock.locked).toBe(false);
  }),
);

test('contexts do not pile up: hand over hand through many locks', async () => {
  const locks = Array.from({ length: 3 }, () => new RLock());
  let guard = await locks[0]?.acquire();
  for (let step = 1; step <= 20_000; step += 1) {
    const next = await locks[step % 3]?.acquire();
    guard?.release();
    guard = next;
  }
  guard?.release();
  await until(() => locks.every((lock) => !lock.locked));
});

/*
 * The mutex is acquired in one reaction to a promise, and the task that waited goes on in a later one. What runs
 * in between must find the lock with its owner.
 */
describe('the moment in which a waiting task gets the lock', () => {
  /** Goes on with the waiters of the lock, and looks for the lock again and again. */
  const thief = async (lock: RLock, event: Event): Promise<number> => {
    await event.wait();
    let stolen = 0;
    for (let turn = 0; turn < 10; turn += 1) {
      const guard = lock.tryAcquire();
      if (guard) stolen += 1;
      guard?.release();
      await Promise.resolve();
    }
    return stolen;
  };
  const keeps = async (lock: RLock): Promise<void> => {
    expect(lock.tryAcquire()).toBeDefined();
    lock.release();
    await nextTurn();
  };

  test(
    'belongs to it: another task cannot acquire it',
    repeat(async () => {
      const [lock, event, told] = [new RLock(), new Event(), deferred<undefined>()];
      const first = lock.run(async () => {
        await told.promise;
        event.set();
      });
      const second = lock.acquire().then(async (guard) => {
        await keeps(lock);
        guard.release();
      });
      const third = thief(lock, event);
      await nextTurn();
      told.resolve(undefined);
      await Promise.all([first, second]);
      expect(await third).toBe(0);
      expect(lock.locked).toBe(false);
    }),
  );

  test(
    'belongs to it after the wait for a condition as well',
    repeat(async () => {
      const [lock, event] = [new RLock(), new Event()];
      const condition = new Condition(lock);
      const waits = lock.run(async () => {
        await condition.wait();
        await keeps(lock);
      });
      await nextTurn();
      const guard = lock.acquireSync();
      condition.notify();
      const third = thief(lock, event);
      // The waiter has its notice, and waits for the lock.
      await sleep(2);
      event.set();
      guard.release();
      await waits;
      expect(await third).toBe(0);
      expect(lock.locked).toBe(false);
    }),
  );
});

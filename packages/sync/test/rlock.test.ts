import { TimeoutError } from '@manycore/core';
import { deferred } from '@manycore/core/internal';
import { DeadlockError, type Guard, NotHeldError, RLock } from '@manycore/sync';
import { repeat } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

describe.each(scopes)('RLock, scope %s', (scope) => {
  const crew = sharedCrew(scope, 4);

  test('its owner acquires it again, and it is free after as many releases', async () => {
    const lock = new RLock({ scope });
    lock.acquireSync();
    lock.acquireSync();
    expect(lock.tryAcquire()).toBeDefined();
    for (let left = 3; left > 0; left -= 1) {
      expect(lock.locked).toBe(true);
      await expect(crew.party(0).tell('tryHold', lock, 'tryAcquire')).resolves.toBe(false);
      lock.release();
    }
    expect(lock.locked).toBe(false);
    await expect(crew.party(0).tell('tryHold', lock, 'tryAcquire')).resolves.toBe(true);
    await crew.party(0).tell('letGo');
  });

  test('only its owner releases it', async () => {
    const lock = new RLock({ scope });
    expect(() => lock.release()).toThrow(/release unlocked lock/);
    await crew.party(0).tell('hold', lock, 'acquire', 'blocking');
    expect(() => lock.release()).toThrow(/release unlocked lock: another thread holds this RLock/);
    expect(() => lock.release()).toThrow(NotHeldError);
    await crew.party(0).tell('letGo');
    const guard = lock.acquireSync();
    await expect(crew.party(0).tell('invoke', lock, 'release', 'plain')).rejects.toThrow(
      /release unlocked lock/,
    );
    guard.release();
    expect(() => guard.release()).toThrow(NotHeldError);
  });

  test.each(manners)('%s parties exclude each other, however deep each nests', (manner) =>
    repeat(async () => {
      const lock = new RLock({ scope });
      const { block, words } = sharedNumbers(scope);
      await crew.each(4, 'nest', (i) => [lock, block, 1 + i, 300, mannerOf(manner, i)]);
      expect(words[0]).toBe(1200);
      expect(lock.locked).toBe(false);
    })(),
  );

  test('timeout, abort and run are as with Lock', async () => {
    const lock = new RLock({ scope });
    await crew.party(0).tell('hold', lock, 'acquire', 'async');
    await expect(lock.acquire({ timeout: 10 })).rejects.toThrow(TimeoutError);
    expect(() => lock.acquireSync({ timeout: 10 })).toThrow('RLock was not acquired within 10 ms');
    const signal = AbortSignal.abort('enough');
    await expect(lock.acquire({ signal })).rejects.toBe('enough');
    await crew.party(0).tell('letGo');
    expect(await lock.run(() => lock.run(() => lock.locked))).toBe(true);
    expect(lock.runSync(() => lock.runSync(() => lock.locked))).toBe(true);
    expect(lock.locked).toBe(false);
  });
});

describe('tasks as owners', () => {
  const crew = sharedCrew('threads', 1);

  test(
    'two tasks of one thread exclude each other',
    repeat(async () => {
      await expect(crew.party(0).tell('twoTasks', new RLock())).resolves.toBe(1);
    }),
  );

  /** Holds the lock for as long as `during` takes. */
  async function holder(lock: RLock, during: () => unknown): Promise<void> {
    const guard = await lock.acquire();
    await during();
    guard.release();
  }

  test('the task that started the holder is not the owner, nor is another task', async () => {
    const lock = new RLock();
    const held = holder(lock, () => sleep(20));
    expect(lock.tryAcquire()).toBeUndefined();
    await Promise.resolve();
    expect(lock.tryAcquire()).toBeUndefined();
    expect(() => lock.release()).toThrow(/another task of this thread holds this RLock/);
    await expect(lock.acquire({ timeout: 1 })).rejects.toThrow(TimeoutError);
    await held;
    expect(lock.locked).toBe(false);
  });

  test('a thread that blocked for a lock of its own task would hang: that is an error', async () => {
    const lock = new RLock();
    const held = holder(lock, () => sleep(5));
    expect(() => lock.acquireSync()).toThrow(DeadlockError);
    expect(() => lock.acquireSync({ timeout: 1 })).toThrow(TimeoutError);
    await held;
  });

  test.each([
    ['acquires in an async function', async (lock: RLock): Promise<Guard> => lock.acquire()],
    [
      'acquires in an async function, with await',
      async (lock: RLock): Promise<Guard> => {
        await sleep(1);
        return await lock.acquire();
      },
    ],
    ['acquires by then', (lock: RLock): Promise<Guard> => lock.acquire().then((guard) => guard)],
  ])('the task that awaits what %s is the owner', async (_, acquire) => {
    const lock = new RLock();
    const other = holder(lock, () => sleep(2));
    const outer = await acquire(lock);
    await other;
    expect(lock.tryAcquire()).toBeDefined();
    const inner = await acquire(lock);
    await sleep(1);
    lock.release();
    lock.release();
    expect(lock.locked).toBe(true);
    expect(() => inner.release()).not.toThrow();
    expect(lock.locked).toBe(false);
    expect(() => outer.release()).toThrow(NotHeldError);
  });

  test('what the owner starts acquires again; what it resolves does not', async () => {
    const lock = new RLock();
    const { promise, resolve } = deferred<undefined>();
    const stranger = (async () => {
      await promise;
      return lock.tryAcquire() !== undefined;
    })();
    await holder(lock, async () => {
      await Promise.all([holder(lock, () => sleep(1)), holder(lock, () => sleep(1))]);
      resolve(undefined);
      await expect(stranger).resolves.toBe(false);
    });
    expect(lock.locked).toBe(false);
  });

  test('an acquireSync makes the thread the owner, all its tasks included', async () => {
    const lock = new RLock();
    lock.acquireSync();
    await holder(lock, () => sleep(1));
    lock.release();
    expect(lock.locked).toBe(false);
  });

  test('a hundred tasks, three deep, in and out', async () => {
    const lock = new RLock();
    let inside = 0;
    const task = async (): Promise<void> => {
      await holder(lock, () =>
        holder(lock, async () => {
          inside += 1;
          await Promise.resolve();
          expect(inside).toBe(1);
          await holder(lock, () => undefined);
          inside -= 1;
        }),
      );
    };
    await Promise.all(Array.from({ length: 100 }, task));
    expect(lock.locked).toBe(false);
  });
});

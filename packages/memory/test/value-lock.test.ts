import { refer, task, TimeoutError } from '@manycore/core';
import { connect, createMemoryChannel, serve } from '@manycore/core/internal';
import { DeadlockError, NotHeldError, OwnerDiedError, Value } from '@manycore/memory';
import { expectNoLeaks, repeat, shortDelay } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { crew, Party, scopes } from './support/crew.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

const echo = task(import.meta.url, function echo(same: unknown) {
  return same;
});

const manners = ['blocking', 'async'] as const;

describe.each(scopes)('the lock of a value, scope %s', (scope) => {
  const to = scope === 'threads' ? 'thread' : 'process';

  test('is held by one at a time', async () => {
    const { lock } = new Value('i32', 0, { scope });
    expect(lock.locked).toBe(false);
    const guard = await lock.acquire();
    expect(lock.locked).toBe(true);
    expect(lock.tryAcquire()).toBeUndefined();
    // With a timeout: a task that waits for itself without one is refused.
    const next = lock.acquire({ timeout: 60_000 });
    guard.release();
    (await next).release();
    lock.acquireSync().release();
    lock.tryAcquire()?.release();
    expect(lock.locked).toBe(false);
    {
      using held = lock.acquireSync();
      expect(held.recovered).toBe(false);
    }
    expect(lock.locked).toBe(false);
  });

  test('is released by its holder only', async () => {
    const value = new Value('i32', 0, { scope });
    expect(() => value.lock.release()).toThrow('release unlocked lock');
    const guard = value.lock.acquireSync();
    await using parties = crew(scope, 1);
    await expect(parties[0]?.tell('release', value)).rejects.toThrow(NotHeldError);
    guard.release();
    expect(() => guard.release()).toThrow(NotHeldError);
    value.lock.acquireSync();
    value.lock.release();
  });

  test('is waited for no longer than asked', async () => {
    const { lock } = new Value('i32', 0, { scope });
    await using parties = crew(scope, 1);
    const value = new Value('i32', 0, { scope });
    await parties[0]?.tell('acquire', value, 'blocking');
    for (const timeout of [0, 1, 120]) {
      expect(() => value.lock.acquireSync({ timeout })).toThrow(TimeoutError);
      await expect(value.lock.acquire({ timeout })).rejects.toThrow(
        `the lock of a Value was not acquired within ${timeout} ms`,
      );
      await expect(value.update((n) => n, { timeout })).rejects.toThrow(TimeoutError);
    }
    const controller = new AbortController();
    const waiting = value.lock.acquire({ signal: controller.signal });
    const others = [value.lock.acquire(), value.lock.acquire()];
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect(value.lock.run(() => 0, { signal: controller.signal })).rejects.toBe('enough');
    await parties[0]?.tell('release', value);
    for (const guard of others) void guard.then((held) => held.release());
    await Promise.all(others);
    await expect(lock.acquire({ timeout: -1 })).rejects.toThrow(RangeError);
  });

  test('nests in run, also across awaits, but not for others', async () => {
    const value = new Value('i32', 0, { scope });
    const { lock } = value;
    const order: string[] = [];
    const outer = lock.run(async () => {
      await sleep(5);
      await value.update((n) => n + 1);
      value.updateSync((n) => n + 1);
      expect(lock.runSync(() => lock.runSync(() => lock.locked))).toBe(true);
      await lock.run(() => sleep(5));
      order.push('outer');
    });
    const other = lock.run(() => order.push('other'));
    await Promise.all([outer, other]);
    expect(order).toEqual(['outer', 'other']);
    expect(value.value).toBe(2);
    expect(lock.locked).toBe(false);
  });

  test('is not held by what run left behind', async () => {
    const value = new Value('i32', 0, { scope });
    let later: Promise<boolean> | undefined;
    await value.lock.run(() => {
      later = sleep(10).then(() => value.lock.run(() => value.lock.locked));
    });
    const guard = value.lock.acquireSync();
    await sleep(20);
    guard.release();
    expect(await later).toBe(true);
    expect(value.lock.locked).toBe(false);
  });

  test('says so when waiting would never end', async () => {
    const { lock } = new Value('i32', 0, { scope });
    await lock.run(async () => {
      await expect(lock.acquire()).rejects.toThrow(DeadlockError);
      expect(() => lock.acquireSync()).toThrow(DeadlockError);
    });
    const guard = await lock.acquire();
    expect(() => lock.acquireSync()).toThrow(/already held by this thread/);
    // Another task of this thread, which it would block.
    const stranger = new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(lock.runSync(() => 0));
        } catch (error) {
          reject(error);
        }
      });
    });
    await expect(stranger).rejects.toThrow(DeadlockError);
    guard.release();
  });

  test('nests in a task that acquired it, and refuses to acquire it again', async () => {
    const value = new Value('i32', 0, { scope });
    const other = new Value('i32', 0, { scope });
    const { lock } = value;
    await Promise.all([lock.acquire(), other.lock.acquire()]);
    for (const each of [value, other]) {
      expect(await each.update((n) => n + 1)).toBe(1);
      expect(each.updateSync((n) => n + 1)).toBe(2);
      expect(await each.lock.run(() => sleep(1).then(() => each.update((n) => n + 1)))).toBe(3);
      await expect(each.lock.acquire()).rejects.toThrow(/this task holds the lock already/);
      await expect(each.lock.recover()).rejects.toThrow(DeadlockError);
      await expect(each.lock.acquire({ timeout: 5 })).rejects.toThrow(TimeoutError);
      expect(each.lock.tryAcquire()).toBeUndefined();
    }
    // A timer that no run started belongs to no task.
    let done = false;
    const stranger = new Promise((resolve) => {
      setImmediate(() => resolve(value.update((n) => n + 1)));
    }).then(() => (done = true));
    await sleep(5);
    expect(done).toBe(false);
    lock.release();
    other.lock.release();
    await stranger;
    expect([value.value, lock.locked, other.lock.locked]).toEqual([4, false, false]);
  });

  test('nests in the callbacks that run started, and by every handle of the thread', async () => {
    const value = new Value('i32', 0, { scope });
    const [here, there] = createMemoryChannel();
    serve(there);
    const caller = connect(here, () => new Error('gone'));
    const twin = (await caller.call(refer(echo), [value])) as Value<'i32'>;
    here.close();
    expect(twin).not.toBe(value);
    await value.lock.run(async () => {
      await twin.update((n) => n + 1);
      expect(twin.updateSync((n) => n + 1)).toBe(2);
      await new Promise((resolve, reject) => {
        setTimeout(() => void twin.lock.run(() => value.update((n) => n + 1)).then(resolve, reject), 1);
      });
      await expect(twin.lock.acquire()).rejects.toThrow(DeadlockError);
    });
    expect(value.lock.runSync(() => twin.lock.runSync(() => twin.updateSync((n) => n + 1)))).toBe(4);
    expect(value.lock.locked).toBe(false);
  });

  test('is given back whatever happens', async () => {
    const { lock } = new Value('i32', 0, { scope });
    const failure = new Error('on purpose');
    await expect(lock.run(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(() =>
      lock.runSync(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(await lock.run(() => 'a')).toBe('a');
    expect(lock.runSync(() => 'b')).toBe('b');
    expect(lock.locked).toBe(false);
  });

  test(
    'makes plain increments exact',
    repeat(async () => {
      const value = new Value('i32', 0, { scope });
      await using parties = crew(scope, 2);
      const times = 4000;
      const counts = parties.flatMap((party) =>
        manners.map((manner) => party.tell('count', value, times, manner)),
      );
      for (let i = 0; i < times; i += 1) await value.update((n) => n + 1);
      await Promise.all(counts);
      expect(value.value).toBe(times * 5);
    }),
  );

  test(
    'makes plain increments exact when some give up',
    repeat(async () => {
      const value = new Value('i32', 0, { scope });
      await using parties = crew(scope, 3);
      const counts = await Promise.all(
        parties.map((party) => party.tell<number>('countImpatiently', value, 900)),
      );
      expect(value.value).toBe(counts.reduce((sum, count) => sum + count, 0));
      expect(value.lock.locked).toBe(false);
    }),
  );

  test(
    'whose holder died is reported, until someone recovers',
    repeat(async () => {
      for (const manner of manners) {
        const value = new Value('i32', 0, { scope });
        await using doomed = new Party(to);
        await using other = new Party(to);
        await doomed.tell('acquire', value, manner);
        const waiting = other.tell('acquire', value, manner);
        const own = value.lock.acquire();
        void Promise.allSettled([waiting, own]);
        await sleep(shortDelay / 5);
        await doomed.kill();
        await expect(waiting).rejects.toThrow(OwnerDiedError);
        await expect(own).rejects.toThrow(OwnerDiedError);
        expect(() => value.lock.tryAcquire()).toThrow(OwnerDiedError);
        expect(() => value.lock.acquireSync()).toThrow(/take it over with recover\(\)/);
        await expect(value.update((n) => n)).rejects.toThrow(OwnerDiedError);
        expect(value.lock.locked).toBe(true);
        expect(await other.tell('recover', value)).toBe(true);
        expect(value.lock.tryAcquire()).toBeUndefined();
        await other.tell('release', value);
        expect((await value.lock.recover()).recovered).toBe(false);
        value.lock.release();
        value.lock.recoverSync().release();
        expect(await value.update((n) => n + 1)).toBe(1);
      }
    }),
  );

  test(
    'a waiter that dies takes nothing along',
    repeat(async () => {
      for (const manner of manners) {
        const value = new Value('i32', 0, { scope });
        await using doomed = new Party(to);
        await using other = new Party(to);
        const guard = value.lock.acquireSync();
        void doomed.tell('acquire', value, manner).catch(() => undefined);
        const waiting = other.tell('acquire', value, manner);
        await sleep(shortDelay / 5);
        const killed = doomed.kill();
        guard.release();
        await killed;
        // The doomed one may have got it first.
        const outcome = await waiting.catch((error: unknown) => error);
        if (outcome !== undefined) expect(outcome).toBeInstanceOf(OwnerDiedError);
      }
    }),
  );
});

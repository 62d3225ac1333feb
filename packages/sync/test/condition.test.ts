import { TimeoutError } from '@manycore/core';
import { Condition, Lock, NotHeldError, RLock } from '@manycore/sync';
import { repeat, shortDelay, until } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

describe.each(scopes)('Condition, scope %s', (scope) => {
  const crew = sharedCrew(scope, 8);

  test('has an RLock of its own, or the lock that it is given', async () => {
    expect(new Condition(undefined, { scope }).lock).toBeInstanceOf(RLock);
    const lock = new Lock({ scope });
    const condition = new Condition(lock);
    expect(condition.lock).toBe(lock);
    const guard = await condition.acquire();
    expect(lock.locked).toBe(true);
    guard.release();
    condition.acquireSync();
    condition.release();
    condition.tryAcquire()?.release();
    expect(await condition.run(() => lock.locked)).toBe(true);
    expect(condition.runSync(() => lock.locked)).toBe(true);
    expect(lock.locked).toBe(false);
  });

  test.each([
    ['Lock', () => new Lock({ scope })],
    ['RLock', () => new RLock({ scope })],
  ])('waiting and notifying without holding the %s are errors', async (_, makeLock) => {
    const condition = new Condition(makeLock());
    const refusal = /on an un-acquired Condition/;
    const check = async (): Promise<void> => {
      await expect(condition.wait()).rejects.toThrow(refusal);
      await expect(condition.waitFor(() => true)).rejects.toThrow(refusal);
      expect(() => condition.waitSync()).toThrow(refusal);
      expect(() => condition.waitForSync(() => true)).toThrow(NotHeldError);
      expect(() => condition.notify()).toThrow(refusal);
      expect(() => condition.notifyAll()).toThrow(refusal);
    };
    await check();
    await crew.party(0).tell('hold', condition, 'acquire', 'blocking');
    await check();
    await crew.party(0).tell('letGo');
  });

  test('wait lets a nested lock go altogether, and takes it as deep again', async () => {
    const condition = new Condition(undefined, { scope });
    const waiter = (async () => {
      await condition.run(() => condition.run(() => condition.wait()));
    })();
    await condition.run(() => condition.notify());
    await waiter;
    expect(condition.lock.locked).toBe(false);
  });

  test('after a timeout or an abort the lock is held again', async () => {
    const condition = new Condition(undefined, { scope });
    await condition.run(async () => {
      await expect(condition.wait({ timeout: 5 })).rejects.toThrow(
        'Condition was not notified within 5 ms',
      );
      expect(condition.lock.locked).toBe(true);
      expect(() => condition.waitSync({ timeout: 5 })).toThrow(TimeoutError);
      const controller = new AbortController();
      setTimeout(() => controller.abort('enough'), 5);
      await expect(condition.wait({ signal: controller.signal })).rejects.toBe('enough');
      await expect(condition.wait({ signal: controller.signal })).rejects.toBe('enough');
      expect(condition.lock.locked).toBe(true);
    });
    expect(condition.lock.locked).toBe(false);
  });

  test('waitFor gives back what the predicate gave, also when that came too late to be notified', async () => {
    const condition = new Condition(undefined, { scope });
    await condition.run(async () => {
      expect(await condition.waitFor(() => 'at once')).toBe('at once');
      expect(condition.waitForSync(() => 7)).toBe(7);
      let asked = 0;
      const late = (): boolean => (asked += 1) > 1;
      expect(await condition.waitFor(late, { timeout: 5 })).toBe(true);
      await expect(condition.waitFor(() => false, { timeout: 5 })).rejects.toThrow(TimeoutError);
      expect(() => condition.waitForSync(() => 0, { timeout: 5 })).toThrow(TimeoutError);
    });
  });

  test('two conditions share a lock, and notify only their own waiters', async () => {
    const lock = new RLock({ scope });
    const [full, empty] = [new Condition(lock), new Condition(lock)];
    const log: string[] = [];
    let entered = 0;
    const wait = (condition: Condition, name: string): Promise<void> =>
      lock.run(async () => {
        entered += 1;
        await condition.wait();
        log.push(name);
      });
    const waiting = [wait(full, 'full'), wait(empty, 'empty')];
    // A party that entered holds the lock until it waits.
    await until(() => entered === 2);
    await lock.run(() => empty.notifyAll());
    await waiting[1];
    expect(log).toEqual(['empty']);
    await lock.run(() => full.notify());
    await Promise.all(waiting);
  });

  describe.each(manners)('%s parties', (manner) => {
    test('notify(n) lets exactly n go of those who wait', () =>
      repeat(async () => {
        const condition = new Condition(undefined, { scope });
        const { block, words } = sharedNumbers(scope);
        const waiting = crew.each(6, 'waitOnce', (i) => [condition, block, mannerOf(manner, i)]);
        await until(() => words[0] === 6);
        let expected = 0;
        for (const n of [1, 2, 1]) {
          // A party that counted itself holds the lock until it waits.
          await condition.run(() => condition.notify(n));
          expected += n;
          await until(() => words[1] === expected);
        }
        await sleep(shortDelay / 10);
        expect(words[1]).toBe(4);
        await condition.run(() => condition.notify(7));
        await waiting;
        expect(words[1]).toBe(6);
      })());

    test('notifyAll lets all go', () =>
      repeat(async () => {
        const condition = new Condition(new Lock({ scope }));
        const { block, words } = sharedNumbers(scope);
        const waiting = crew.each(8, 'waitOnce', (i) => [condition, block, mannerOf(manner, i)]);
        await until(() => words[0] === 8);
        await condition.run(() => condition.notifyAll());
        await waiting;
        expect(words[1]).toBe(8);
      })());

    test('what one produces, another consumes', () =>
      repeat(async () => {
        const condition = new Condition(undefined, { scope });
        const { block, words } = sharedNumbers(scope);
        const args = (i: number): unknown[] => [condition, block, 100, mannerOf(manner, i >> 1)];
        await Promise.all(
          [0, 1, 2, 3].map((i) =>
            crew.party(i).tell(i % 2 === 0 ? 'produce' : 'consume', ...args(i)),
          ),
        );
        expect([...words.subarray(0, 3)]).toEqual([0, 2 * 5050, 200]);
      })());

    test('a notice for one that leaves is not lost', () =>
      repeat(async () => {
        const condition = new Condition(undefined, { scope });
        const { block, words } = sharedNumbers(scope);
        const stays = crew.party(0).tell('waitOnce', condition, block, mannerOf(manner, 0));
        const leaves = crew
          .party(1)
          .tell('waitOnce', condition, block, mannerOf(manner, 1), { timeout: 3 });
        await until(() => words[0] === 2);
        await sleep(Math.random() * 6);
        await condition.run(() => condition.notify());
        // Either the one that leaves was notified, and then the other needs another notice; or not.
        const left = await leaves.then(
          () => false,
          () => true,
        );
        if (!left) await condition.run(() => condition.notify());
        await stays;
      })());
  });

  test(
    'a notice for one that is aborted goes to another',
    repeat(async () => {
      const condition = new Condition(undefined, { scope });
      const { block, words } = sharedNumbers(scope);
      const controller = new AbortController();
      const aborted = condition.run(() => condition.wait({ signal: controller.signal }));
      const stays = crew.party(0).tell('waitOnce', condition, block, 'blocking');
      await until(() => words[0] === 1);
      await condition.run(() => {
        condition.notify();
        controller.abort('enough');
      });
      await expect(aborted).rejects.toBe('enough');
      await stays;
    }),
  );
});

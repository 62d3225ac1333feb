import { TimeoutError } from '@manycore/core';
import { BoundedSemaphore, NotHeldError, Semaphore } from '@manycore/sync';
import { repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

describe.each(scopes)('Semaphore, scope %s', (scope) => {
  const crew = sharedCrew(scope, 6);

  test('counts permits', async () => {
    const semaphore = new Semaphore(3, { scope });
    const first = await semaphore.acquire(2);
    expect(semaphore.value).toBe(1);
    expect(semaphore.tryAcquire(2)).toBeUndefined();
    const second = semaphore.acquireSync();
    expect(semaphore.tryAcquire()).toBeUndefined();
    first.release();
    second.release();
    semaphore.release(5);
    expect(semaphore.value).toBe(8);
    expect(new Semaphore(undefined, { scope }).value).toBe(1);
  });

  test('a bounded one cannot be released too often', async () => {
    const semaphore = new BoundedSemaphore(2, { scope });
    expect(semaphore).toBeInstanceOf(Semaphore);
    expect(() => semaphore.release()).toThrow(NotHeldError);
    const guard = semaphore.acquireSync(2);
    expect(() => semaphore.release(3)).toThrow(/n must be at most 2/);
    await crew.party(0).tell('invoke', semaphore, 'release', 'plain', 2);
    expect(() => guard.release()).toThrow(/BoundedSemaphore released too many times/);
    expect(semaphore.value).toBe(2);
    await expect(crew.party(0).tell('invoke', semaphore, 'release', 'plain')).rejects.toThrow(
      /released too many times/,
    );
    const none = new BoundedSemaphore(0, { scope });
    expect(() => none.release()).toThrow(/too many times|at most 0/);
  });

  test('timeout and abort take nothing', async () => {
    const semaphore = new Semaphore(1, { scope });
    await expect(semaphore.acquire(2, { timeout: 10 })).rejects.toThrow(TimeoutError);
    expect(() => semaphore.acquireSync(2, { timeout: 10 })).toThrow(
      'Semaphore did not have 2 permits within 10 ms',
    );
    const controller = new AbortController();
    const waiting = semaphore.acquire(2, { signal: controller.signal });
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect(semaphore.acquire({ signal: controller.signal })).rejects.toBe('enough');
    expect(semaphore.value).toBe(1);
    (await semaphore.acquire({ timeout: 10 })).release();
    semaphore.acquireSync({ timeout: 10 }).release();
    expect(semaphore.value).toBe(1);
  });

  test('run and runSync hold one permit', async () => {
    const semaphore = new Semaphore(2, { scope });
    expect(await semaphore.run(() => semaphore.value)).toBe(1);
    expect(semaphore.runSync(() => semaphore.value)).toBe(1);
    expect(semaphore.value).toBe(2);
  });

  test('hundreds of tasks that want different amounts, some of which leave, beside other threads', () =>
    repeat(async () => {
      const semaphore = new Semaphore(0, { scope });
      const { block, words } = sharedNumbers(scope);
      const parties = crew.each<number>(4, 'occupy', (i) => [semaphore, block, 100, 1 + i, mannerOf('mixed', i)]);
      const controller = new AbortController();
      const outcomes = Array.from({ length: 600 }, async (_, i) => {
        const n = 1 + (i % 7);
        const options =
          i % 5 === 0 ? { timeout: i % 11 } : i % 5 === 1 ? { signal: controller.signal } : undefined;
        try {
          using guard = await semaphore.acquire(n, options);
          Atomics.add(words, 0, n);
          if (i % 3 === 0) await new Promise(setImmediate);
          Atomics.sub(words, 0, n);
          expect(guard.recovered).toBe(false);
          return 'served';
        } catch (error) {
          return error instanceof TimeoutError || error === 'enough' ? 'left' : error;
        }
      });
      for (let i = 0; i < 8; i += 1) semaphore.release();
      setImmediate(() => controller.abort('enough'));
      const seen = await Promise.all(outcomes);
      expect(seen.filter((outcome) => outcome !== 'served' && outcome !== 'left')).toEqual([]);
      expect(seen.filter((_, i) => i % 5 > 1).every((outcome) => outcome === 'served')).toBe(true);
      expect(Math.max(...(await parties))).toBeLessThanOrEqual(8);
      expect(semaphore.value).toBe(8);
      expect(words[0]).toBe(0);
    })());

  test('of the tasks of a thread, the first for which there is enough', async () => {
    const semaphore = new Semaphore(0, { scope });
    const order: number[] = [];
    const waiting = [5, 2, 1, 2, 5, 3].map(async (n) => {
      await semaphore.acquire(n);
      order.push(n);
    });
    for (const n of [1, 2, 2, 3, 4, 1, 5]) {
      const expected = order.length + (n === 4 ? 0 : 1);
      semaphore.release(n);
      await until(() => order.length === expected);
    }
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 2, 3, 5, 5]);
    expect(semaphore.value).toBe(0);
  });

  describe.each(manners)('%s parties', (manner) => {
    test('one waits for five, one for one: neither wake-up is lost', () =>
      repeat(async () => {
        const semaphore = new Semaphore(0, { scope });
        const { block } = sharedNumbers(scope);
        const five = crew.party(0).tell('occupy', semaphore, block, 1, 5, mannerOf(manner, 0));
        const one = crew.party(1).tell('occupy', semaphore, block, 1, 1, mannerOf(manner, 1));
        semaphore.release();
        await one;
        semaphore.release(4);
        await five;
        expect(semaphore.value).toBe(5);
      })());

    test.each([1, 3])('never more than %i inside', (permits) =>
      repeat(async () => {
        const semaphore = new Semaphore(permits, { scope });
        const { block, words } = sharedNumbers(scope);
        const most = await crew.each<number>(6, 'occupy', (i) => [
          semaphore,
          block,
          300,
          1 + (i % permits),
          mannerOf(manner, i),
        ]);
        expect(Math.max(...most)).toBeLessThanOrEqual(permits);
        expect(words[0]).toBe(0);
        expect(semaphore.value).toBe(permits);
      })(),
    );

    test('lose nothing by timeouts and aborts', () =>
      repeat(async () => {
        const semaphore = new BoundedSemaphore(1, { scope });
        const { block, words } = sharedNumbers(scope);
        const done = await crew.each<number>(4, 'countImpatiently', (i) => [
          semaphore,
          block,
          300,
          mannerOf(manner, i),
        ]);
        expect(words[0]).toBe(done.reduce((sum, n) => sum + n, 0));
        expect(semaphore.value).toBe(1);
      })());

    test('each permit that is released lets exactly one go', () =>
      repeat(async () => {
        const semaphore = new Semaphore(0, { scope });
        const waiting = [0, 1, 2, 3].map((i) =>
          crew.party(i).tell('hold', semaphore, 'acquire', mannerOf(manner, i)),
        );
        let gone = 0;
        for (const party of waiting) void party.then(() => (gone += 1));
        for (let i = 1; i <= 4; i += 1) {
          semaphore.release();
          await Promise.race(waiting);
          expect(gone).toBeLessThanOrEqual(i);
        }
        await Promise.all(waiting);
        expect(semaphore.value).toBe(0);
      })());
  });
});

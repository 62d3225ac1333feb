import { TimeoutError } from '@manycore/core';
import { BoundedSemaphore, NotHeldError, Semaphore } from '@manycore/sync';
import { repeat } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { crew, type Scope } from './support/crew.js';

const scopes: readonly Scope[] = ['threads'];

describe.each(scopes)('Semaphore, scope %s', (scope) => {
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
  });

  test('a bounded one cannot be released too often', () => {
    const semaphore = new BoundedSemaphore(2, { scope });
    expect(() => semaphore.release()).toThrow(NotHeldError);
    const guard = semaphore.acquireSync(2);
    expect(() => semaphore.release(3)).toThrow(/BoundedSemaphore released too many times|at most 2/);
    guard.release();
    expect(semaphore.value).toBe(2);
  });

  test('refuses numbers that are no counts', () => {
    for (const wrong of [-1, NaN, 1.5, Infinity, 2 ** 31]) {
      expect(() => new Semaphore(wrong, { scope })).toThrow(RangeError);
    }
    const semaphore = new Semaphore(0, { scope });
    for (const wrong of [0, -1, NaN, 1.5]) {
      expect(() => semaphore.acquireSync(wrong)).toThrow(/n must be a whole number/);
      expect(() => semaphore.release(wrong)).toThrow(RangeError);
    }
    expect(() => new Semaphore('2' as unknown as number)).toThrow(TypeError);
  });

  test('one waits for five, one for one: neither wake-up is lost', async () => {
    const semaphore = new Semaphore(0, { scope });
    const five = semaphore.acquire(5);
    const one = semaphore.acquire();
    semaphore.release();
    (await one).release();
    semaphore.release(4);
    (await five).release();
    expect(semaphore.value).toBe(5);
  });

  test('timeout and abort take nothing', async () => {
    const semaphore = new Semaphore(1, { scope });
    await expect(semaphore.acquire(2, { timeout: 10 })).rejects.toThrow(TimeoutError);
    expect(() => semaphore.acquireSync(2, { timeout: 10 })).toThrow(TimeoutError);
    const controller = new AbortController();
    const waiting = semaphore.acquire(2, { signal: controller.signal });
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    expect(semaphore.value).toBe(1);
    (await semaphore.acquire({ timeout: 10 })).release();
  });

  test('a semaphore of one excludes', repeat(async () => {
    const semaphore = new Semaphore(1, { scope });
    const counter = new Int32Array(new SharedArrayBuffer(4));
    await using parties = crew(scope, 4);
    const done = await Promise.all(
      parties.map((party, i) =>
        party.tell('countImpatiently', semaphore, counter, 500, i % 2 ? 'async' : 'blocking'),
      ),
    );
    expect(counter[0]).toBe((done as number[]).reduce((sum, n) => sum + n, 0));
    expect(semaphore.value).toBe(1);
  }));
});

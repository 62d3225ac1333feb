import { TimeoutError } from '@manycore/core';
import { deferred, timeoutOf, withTimeout } from '@manycore/core/internal';
import { expectNoLeaks, smallDelay } from '@manycore/testing';
import { expect, test } from 'vitest';

expectNoLeaks();

test('timeoutOf: milliseconds, or Infinity for none', () => {
  expect(timeoutOf(undefined)).toBe(Infinity);
  expect(timeoutOf({})).toBe(Infinity);
  expect(timeoutOf({ timeout: undefined })).toBe(Infinity);
  expect(timeoutOf({ timeout: 0 })).toBe(0);
  expect(timeoutOf({ timeout: 1.5 })).toBe(1.5);
  expect(() => timeoutOf({ timeout: -1 })).toThrow(
    new RangeError('timeout must be 0 or more milliseconds, not -1'),
  );
  expect(() => timeoutOf({ timeout: NaN })).toThrow(RangeError);
  expect(() => timeoutOf({ timeout: '5' as never })).toThrow(
    new TypeError('timeout must be a number of milliseconds, not string'),
  );
  expect(() => timeoutOf({ timeout: null as never })).toThrow(TypeError);
});

test('follows the promise', async () => {
  const { signal } = new AbortController();
  for (const options of [undefined, {}, { timeout: Infinity }, { timeout: 2 ** 40, signal }]) {
    expect(await withTimeout(Promise.resolve(5), options, 'it')).toBe(5);
    await expect(withTimeout(Promise.reject(new Error('no')), options, 'it')).rejects.toThrow('no');
  }
});

test('gives up after the timeout, and does not before', async () => {
  const begin = performance.now();
  await expect(withTimeout(deferred().promise, { timeout: smallDelay }, 'it')).rejects.toEqual(
    new TimeoutError(`it was not done within ${smallDelay} ms`),
  );
  expect(performance.now() - begin).toBeGreaterThanOrEqual(smallDelay - 1);
});

test('a timeout of 0 takes what is there already', async () => {
  expect(await withTimeout(Promise.resolve('there'), { timeout: 0 }, 'it')).toBe('there');
});

test('gives up with the reason of the signal, whichever way', async () => {
  const before = AbortSignal.abort('before');
  await expect(withTimeout(Promise.resolve(1), { signal: before }, 'it')).rejects.toBe('before');
  const controller = new AbortController();
  const waiting = withTimeout(deferred().promise, { signal: controller.signal, timeout: 1e9 }, 'it');
  controller.abort('during');
  await expect(waiting).rejects.toBe('during');
});

test('leaves nothing at the signal', async () => {
  const { signal } = new AbortController();
  const added: string[] = [];
  const removed: string[] = [];
  const spy = new Proxy(signal, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (key === 'addEventListener') added.push(String(args[0]));
        if (key === 'removeEventListener') removed.push(String(args[0]));
        return Reflect.apply(value, target, args);
      };
    },
  });
  await withTimeout(Promise.resolve(1), { signal: spy }, 'it');
  expect(removed).toEqual(added);
});

import { refer, task } from '@manycore/core';
import { resolveTarget } from '@manycore/core/internal';
import { expectNoLeaks } from '@manycore/testing';
import { expect, test } from 'vitest';

expectNoLeaks();

const double = task(import.meta.url, function double(n: number): number {
  return 2 * n;
});

test('returns the function itself, which works as before', () => {
  expect(double(4)).toBe(8);
  expect(refer(double)).toEqual({ module: import.meta.url, name: 'double' });
});

test('registering it again changes nothing', () => {
  expect(task(import.meta.url, double)).toBe(double);
});

test('is found where it was registered, without an export', async () => {
  const module = new URL('fixtures/targets/registered.mjs', import.meta.url).href;
  const triple = await resolveTarget({ module, name: 'triple' }, undefined);
  expect(triple(...([5] as never[]))).toBe(15);
});

test('wrong arguments', () => {
  expect(() => task(import.meta.url, 'double' as never)).toThrow(
    new TypeError('task(url, fn): fn must be a function'),
  );
  expect(() => task(import.meta.url, [() => 1][0] as () => number)).toThrow(
    new TypeError('task(url, fn): fn needs a name; write task(url, function work() { … })'),
  );
  expect(() => task('./here.js', double)).toThrow(
    new TypeError('task(url, fn): url must be import.meta.url'),
  );
  expect(() =>
    task(import.meta.url, function double() {
      return 0;
    }),
  ).toThrow(`task: ${import.meta.url} registers two functions named double; rename one`);
});

import { until } from '@manycore/testing';
import { expect, test } from 'vitest';

test('resolves to the first value that is there', async () => {
  let looks = 0;
  const value = await until(() => {
    looks += 1;
    return looks === 3 ? 'found' : undefined;
  });
  expect(value).toBe('found');
  expect(looks).toBe(3);
});

test('zero and the empty string are values', async () => {
  expect(await until(() => 0)).toBe(0);
  expect(await until(() => '')).toBe('');
});

test('gives up after the timeout, naming what did not happen', async () => {
  await expect(until(() => false, { timeout: 5, what: 'a miracle' })).rejects.toThrow(
    'waited 5 ms for a miracle',
  );
});

test('an error of the probe ends it', async () => {
  const probe = (): boolean => {
    throw new Error('broken probe');
  };
  await expect(until(probe)).rejects.toThrow('broken probe');
});

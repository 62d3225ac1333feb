import { delayFactor, longDelay, runProgram, scaled, shortDelay } from '@manycore/testing';
import { expect, test } from 'vitest';

test('delays grow with the factor', () => {
  expect(scaled(100)).toBe(Math.round(100 * delayFactor));
  expect(shortDelay).toBeLessThan(longDelay);
});

test.each([
  ['3', '300'],
  ['0.5', '50'],
  ['', '100'],
])('DELAY_FACTOR=%j makes 100 ms %s ms', async (factor, expected) => {
  const outcome = await runProgram(new URL('fixtures/scaled.mjs', import.meta.url), {
    env: { DELAY_FACTOR: factor },
  });
  expect(outcome.lines).toEqual([expected]);
});

test.each(['none', '0', '-1'])('DELAY_FACTOR=%j is refused by name', async (factor) => {
  const outcome = await runProgram(new URL('fixtures/scaled.mjs', import.meta.url), {
    env: { DELAY_FACTOR: factor },
  });
  expect(outcome.exitCode).toBe(1);
  expect(outcome.stderr).toContain('DELAY_FACTOR must be a positive number');
});

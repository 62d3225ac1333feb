import { repeatRounds, runProgram } from '@manycore/testing';
import { expect, test } from 'vitest';

test('a thread that is terminated while it loads a native addon does not end the process', async () => {
  const fixture = new URL('./fixtures/terminate-while-loading.mjs', import.meta.url);
  const { lines, exitCode } = await runProgram(fixture, { args: [String(repeatRounds ?? 30)] });
  expect({ lines, exitCode }).toEqual({ lines: ['alive'], exitCode: 0 });
}, 120_000);

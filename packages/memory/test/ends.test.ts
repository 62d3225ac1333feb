import { runProgram } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { scopes } from './support/crew.js';

const fixture = new URL('./fixtures/end-with-waiters.mjs', import.meta.url);

/** Ends a program while 200 waits are pending in it; a program that does not end is wedged, and fails. */
async function end(scope: string, how: string): Promise<{ lines: string[]; exitCode: unknown }> {
  const { lines, exitCode } = await runProgram(fixture, { args: [scope, how] });
  return { lines: [...lines], exitCode };
}

describe.each(scopes)('a program with waiters, scope %s,', (scope) => {
  test('stays while a wait is pending, and ends by itself afterwards', async () => {
    expect(await end(scope, 'woken')).toEqual({ lines: ['ok', 'timed-out'], exitCode: 0 });
  });

  test('ends while only waits that are unref()ed are pending', async () => {
    expect(await end(scope, 'unref')).toEqual({ lines: ['ok'], exitCode: 0 });
  });

  test('ends when all waits were given up', async () => {
    expect(await end(scope, 'cancelled')).toEqual({ lines: [], exitCode: 0 });
  });

  test.each(['main', 'in a thread', 'while a thread is blocked'])(
    'ends by process.exit (waits %s)',
    async (where) => {
      expect(await end(scope, `exit ${where}`)).toEqual({ lines: [], exitCode: 3 });
    },
  );

  test('ends by an uncaught error', async () => {
    expect((await end(scope, 'throw')).exitCode).toBe(1);
  });

  test('ends its threads that are blocked or wait', async () => {
    expect(await end(scope, 'terminate')).toEqual({ lines: ['terminated'], exitCode: 0 });
  });

  test('keeps its event loop free: timers tick, files are read', async () => {
    expect(await end(scope, 'work')).toEqual({ lines: ['worked'], exitCode: 0 });
  });
});

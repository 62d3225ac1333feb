import { runProgram } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { scopes } from './support/crew.js';

const folder = new URL('./fixtures/programs/', import.meta.url);

describe.each(scopes)('a main thread that waits, scope %s', (scope) => {
  test('stays responsive with 200 waits, and alive for them', async () => {
    const outcome = await runProgram(new URL('responsive.mjs', folder), { args: [scope] });
    expect(outcome.lines).toEqual([
      'waits 200',
      'files were read',
      'the loop ticked',
      'all went on',
    ]);
    expect(outcome.exitCode).toBe(0);
  });

  test('process.exit ends it', async () => {
    const outcome = await runProgram(new URL('leave.mjs', folder), { args: [scope, 'exit'] });
    expect(outcome).toMatchObject({ lines: ['leaving'], exitCode: 3 });
  });

  test('an uncaught throw ends it', async () => {
    const outcome = await runProgram(new URL('leave.mjs', folder), { args: [scope, 'throw'] });
    expect(outcome).toMatchObject({ lines: ['leaving'], exitCode: 1 });
    expect(outcome.stderr).toContain('on purpose');
  });

  test.each(['abort', 'time out'])('it ends by itself when its waits have ended: %s', async (way) => {
    const outcome = await runProgram(new URL('leave.mjs', folder), { args: [scope, way] });
    expect(outcome).toMatchObject({ lines: ['leaving', 'refused 200'], exitCode: 0 });
  });
});

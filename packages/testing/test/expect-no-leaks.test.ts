import { runProgram } from '@manycore/testing';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// vitest itself is the fixture program: its own run of a file shows what the file's author sees.
const vitest = fileURLToPath(new URL('../vitest.mjs', import.meta.resolve('vitest')));
const root = fileURLToPath(new URL('fixtures/', import.meta.url));

async function runFile(name: string): Promise<{ exitCode: number | undefined; text: string }> {
  const outcome = await runProgram(vitest, {
    args: ['run', '--root', root, '--config', 'vitest.config.mjs', name],
    env: { NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined },
    cwd: root,
    allowWarnings: true,
  });
  return { exitCode: outcome.exitCode, text: outcome.stdout + outcome.stderr };
}

test('a test that leaves something fails, its neighbours pass', async () => {
  const { exitCode, text } = await runFile('leaks-a-thread');
  expect(exitCode).toBe(1);
  expect(text).toMatch(/2 passed/);
  expect(text).toMatch(/1 failed/);
  expect(text).toMatch(/left behind:\n(\s+descriptor: .*\n)*\s+thread: /);
});

test('a test during which the process warns fails, with the warning’s stack', async () => {
  const { exitCode, text } = await runFile('warns-aloud');
  expect(exitCode).toBe(1);
  expect(text).toMatch(/2 passed/);
  expect(text).toMatch(/the process warned:\n\s*KitchenWarning: too many cooks\n\s+at /);
});

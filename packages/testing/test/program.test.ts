import { expectNoLeaks, Program, ProgramError, runProgram, smallDelay } from '@manycore/testing';
import { expect, test } from 'vitest';

expectNoLeaks();

const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);

test('a TypeScript program: arguments, input, both outputs and the exit code', async () => {
  const outcome = await runProgram(fixture('greet.ts'), { args: ['Ada'], input: 'x'.repeat(100) });
  expect(outcome).toEqual({
    stdout: 'hello Ada\nread 100 characters\n',
    stderr: 'a note\n',
    lines: ['hello Ada', 'read 100 characters'],
    exitCode: 3,
    signal: undefined,
    warnings: [],
  });
});

test('a warning fails it, unless allowed', async () => {
  const error: unknown = await runProgram(fixture('warns.mjs')).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProgramError);
  expect(String(error)).toMatch(/made Node warn: \(node:\d+\) KitchenWarning: too many cooks/);

  const outcome = await runProgram(fixture('warns.mjs'), { allowWarnings: true });
  expect(outcome.warnings).toHaveLength(1);
});

test('a wedged program is killed with its descendants, and what it waited in is shown', async () => {
  const program = new Program(fixture('hangs.mjs'), { timeout: smallDelay * 4 });
  const error: unknown = await program.outcome.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProgramError);
  const text = String(error);
  expect(text).toContain(`wedged: did not end within ${smallDelay * 4} ms`);
  expect(text).toContain(`pid ${program.pid} (S) `);
  expect(text).toContain('setInterval(() => {}, 1e9)');
  expect(program.descendants()).toEqual([]);
});

test('an orphan that it leaves running is found and killed', async () => {
  const program = new Program(fixture('leaves-orphan.mjs'));
  await expect(program.outcome).rejects.toThrow(/left running:\n {2}pid \d+ \(S\)/);
  expect(program.descendants()).toEqual([]);

  const allowed = await runProgram(fixture('leaves-orphan.mjs'), { allowSurvivors: true });
  expect(allowed.exitCode).toBe(0);
});

test('a line is waited for, and a signal sent', async () => {
  const program = new Program(fixture('waits-for-signal.mjs'));
  expect(await program.line(/^ready/)).toBe(`ready ${program.pid}`);
  program.kill('SIGTERM');
  const outcome = await program.outcome;
  expect(outcome.lines.at(-1)).toBe('asked to end');
  expect(outcome.exitCode).toBe(0);
});

test('a line that never comes is an error once the program has ended', async () => {
  const program = new Program(fixture('greet.ts'));
  await expect(program.line(/^goodbye/)).rejects.toThrow('ended without printing /^goodbye/');
  await program.outcome;
});

test('disposing kills it', async () => {
  let pid: number;
  {
    await using program = new Program(fixture('waits-for-signal.mjs'));
    await program.line(/^ready/);
    pid = program.pid;
  }
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('killed by a signal: no exit code', async () => {
  const program = new Program(fixture('waits-for-signal.mjs'));
  await program.line(/^ready/);
  program.kill();
  expect(await program.outcome).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' });
});

test('a Node that is not there is an error at once', () => {
  expect(() => new Program(fixture('greet.ts'), { execPath: '/no/such/node' })).toThrow(
    'cannot start /no/such/node',
  );
});

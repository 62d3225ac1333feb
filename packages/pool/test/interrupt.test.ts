// Ctrl-C: a terminal's SIGINT goes to a whole process group.
import { ProcessPool } from '@manycore/pool';
import { Program, repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

/** Starts the recipe as the leader of a process group; `setsid` turns into it. */
function start(option: string, allowSurvivors = false): Program {
  const url = new URL('./fixtures/programs/interrupted.mjs', import.meta.url);
  const options = { execPath: '/usr/bin/setsid', execArgv: [process.execPath], allowSurvivors };
  return new Program(url, { ...options, args: [option] });
}

const interrupt = ({ pid }: Program): void => void process.kill(-pid, 'SIGINT');

/** The numbers of the items that were begun. */
const begun = ({ stdout }: Program): number[] =>
  [...stdout.matchAll(/^begins (\d+)$/gm)].map(([, n]) => Number(n)).toSorted((a, b) => a - b);

describe.runIf(process.platform === 'linux')('an interrupt of a program with a ProcessPool', () => {
  test('the recipe: running tasks are finished, the rest is dropped', repeat(async () => {
    await using program = start('ignored');
    await until(() => begun(program).length >= 4);
    interrupt(program);
    const { lines, exitCode } = await program.outcome;
    const items = begun(program);
    expect(items.length).toBeLessThan(10);
    expect(lines.at(-1)).toBe(`done ${items.join(' ')}`);
    expect(exitCode).toBe(130);
  }));

  test('without the option it kills the workers', async () => {
    await using program = start('default');
    await until(() => begun(program).length >= 4);
    interrupt(program);
    await expect(program.outcome).resolves.toMatchObject({ exitCode: 1 });
    expect(program.stderr).toContain('WorkerDiedError');
    expect(program.stderr).toContain('was killed by SIGINT');
  });

  test('a second one ends the program and its workers', async () => {
    await using program = start('ignored', true);
    await until(() => begun(program).length >= 4);
    await until(() => {
      if (!program.hasEnded) interrupt(program);
      return program.hasEnded;
    });
    await until(() => program.descendants().length === 0);
  });
});

test('the option is checked', () => {
  expect(() => new ProcessPool({ ignoreInterrupt: 'yes' as never })).toThrow(
    'ignoreInterrupt must be true or false, not string',
  );
});

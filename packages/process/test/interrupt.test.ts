// Ctrl-C: a terminal's SIGINT goes to a whole process group.
import { Program, repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

/** Starts the fixture as the leader of a process group; `setsid` turns into it. */
function start(option: string, when: string): Program {
  const url = new URL('./fixtures/interrupted.mjs', import.meta.url);
  return new Program(url, {
    args: [option, when],
    execPath: '/usr/bin/setsid',
    execArgv: [process.execPath],
    allowSurvivors: when === 'never',
  });
}

/** What Ctrl-C does to the program. */
const interrupt = ({ pid }: Program): void => void process.kill(-pid, 'SIGINT');
const lastLine = async (program: Program): Promise<string | undefined> =>
  (await program.outcome).lines.at(-1);

describe.runIf(process.platform === 'linux')('an interrupt of the process group', () => {
  test('ends processes as any signal does', async () => {
    await using program = start('default', 'at once');
    await until(() => program.stdout.match(/napping/g)?.length === 3);
    interrupt(program);
    expect(await lastLine(program)).toBe('SIGINT SIGINT SIGINT');
  });

  test('does not reach those that ignore it, whenever it comes', repeat(async (round) => {
    await using program = start('ignored', 'at once');
    // From the first instant of their lives on.
    if (round % 2 === 0) await until(() => program.stdout.match(/napping/g)?.length === 3);
    else await program.line(/started/);
    interrupt(program);
    expect(await lastLine(program)).toBe('rested rested rested');
  }, { times: 4 }));

  test('nor does one that is sent to them alone', async () => {
    await using program = start('ignored', 'directly');
    await until(() => program.stdout.match(/napping/g)?.length === 3);
    interrupt(program);
    expect(await lastLine(program)).toBe('rested rested rested');
  });

  test('they end with a program that is killed, or interrupted without a handler', async () => {
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      await using program = start('ignored', 'never');
      await until(() => program.stdout.match(/napping/g)?.length === 3);
      // The first one is handled, the second is not.
      if (signal === 'SIGINT') interrupt(program);
      await until(() => {
        if (!program.hasEnded) program.kill(signal);
        return program.hasEnded;
      });
      await until(() => program.descendants().length === 0);
    }
  });
});

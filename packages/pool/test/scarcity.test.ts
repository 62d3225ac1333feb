// A pool that cannot have all its workers is smaller, not broken.
import { type Outcome, repeat, runProgram } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

const program = new URL('./fixtures/programs/limited.mjs', import.meta.url);

/** Runs the program with so many descriptors at most. */
function runLimited(descriptors: number, args: readonly string[]): Promise<Outcome> {
  const limited = `ulimit -n ${descriptors}; exec "${process.execPath}" "$0" "$@"`;
  return runProgram(program, { args, execPath: '/bin/sh', execArgv: ['-c', limited], allowWarnings: true });
}

const smaller =
  'pool goes on with fewer than 16 workers, and tries to start more later: this process has as many ' +
  'open files as it may have (EMFILE); raise `ulimit -n`, or open fewer';

describe.runIf(process.platform === 'linux')('few descriptors', () => {
  for (const limit of [40, 50, 60, 80]) {
    test(`${limit}: a ThreadPool does all its work, and says once that it is smaller`, repeat(async () => {
      const { lines, exitCode } = await runLimited(limit, ['thread', 'as it is']);
      expect({ lines: lines.toSorted(), exitCode }).toEqual({ lines: ['64', 'ended', smaller], exitCode: 0 });
    }, { times: 1 }));
  }

  test('a ProcessPool too', repeat(async () => {
    const { lines, exitCode } = await runLimited(100, ['process', 'keeps', '6']);
    expect({ lines: lines.toSorted(), exitCode }).toEqual({ lines: ['64', 'ended', smaller], exitCode: 0 });
  }, { times: 1 }));

  test.each([
    ['threads', 'thread', '18'],
    ['processes', 'process', '9'],
  ])('a pool of %s grows when there is room again', async (_kinds, kind, left) => {
    const { lines, exitCode } = await runLimited(100, [kind, 'grows', left]);
    expect(lines.filter((line) => !line.startsWith('pool goes on'))).toEqual([
      '64', 'smaller', 'grown', 'ended',
    ]);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['threads', 'thread', '18'],
    ['processes', 'process', '9'],
  ])('a pool of %s that is warmed up: ready with those that there is room for', async (_kinds, kind, left) => {
    const { lines, exitCode } = await runLimited(100, [kind, 'warms', left]);
    expect({ lines: lines.toSorted(), exitCode }).toEqual({
      lines: ['64', 'ended', 'fewer are ready', smaller],
      exitCode: 0,
    });
  });

  test.each(['thread', 'process'])('without a single %s a pool is broken, and names the limit', async (kind) => {
    const { lines, exitCode } = await runLimited(100, [kind, 'none', '0']);
    expect(lines).toEqual([
      'BrokenPoolError: pool is broken: it has no worker, and none could be started: this process has as ' +
        'many open files as it may have (EMFILE); raise `ulimit -n`, or open fewer. Then make a new pool',
      'ended',
    ]);
    expect(exitCode).toBe(0);
  });
});

import { portable, Program, runProgram, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

const program = (name: string): URL => new URL(`./fixtures/programs/${name}.mjs`, import.meta.url);

describe.each(['thread', 'process'])('a program with a %s pool', (kind) => {
  test('ends when its work is done, although the pool is not closed', async () => {
    const { lines, exitCode } = await runProgram(program('idle'), { args: [kind] });
    expect(lines).toEqual(['1 4 9']);
    expect(exitCode).toBe(0);
  });

  test('that lacks its guard ends by BootstrapError, without a second generation', async () => {
    const { lines, exitCode } = await runProgram(program('unguarded'), { args: [kind] });
    const generations = lines.filter((line) => line === 'a generation begins');
    // The program itself, and the one worker that found out.
    expect(generations).toHaveLength(2);
    expect(lines).toContain('BootstrapError');
    expect(exitCode).toBe(1);
  });
});

// The table of processes is the one that Linux has.
test.skipIf(portable)('a killed program leaves no worker behind', async () => {
  await using orphan = new Program(program('orphan'), { allowSurvivors: true });
  await orphan.line(/ready/);
  await until(() => orphan.descendants().length === 3);
  orphan.kill();
  await until(() => orphan.descendants().length === 0);
});

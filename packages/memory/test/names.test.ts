// The life of the names of shared memory: they go with their maker, and nothing stays for one that went.
import { SharedMemory } from '@manycore/memory';
import { expectNoLeaks, Program, repeat, until } from '@manycore/testing';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';

import { fileOf, freshName, namesLike, trackersOf } from './support/names.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

/** A program that makes names below a prefix; what it starts may outlive it for a moment. */
function maker(how: string, prefix: string, count: number): Program {
  const args = [how, prefix, String(count)];
  return new Program(new URL('fixtures/names.mjs', import.meta.url), { args, allowSurvivors: true });
}

async function allGone(prefix: string, program: Program): Promise<void> {
  await until(() => namesLike(prefix).length === 0, { what: () => namesLike(prefix).join() });
  await until(() => trackersOf(program.pid).length === 0, { what: 'the end of the tracker' });
}

/** How many descriptors the program has more than at its beginning. */
async function descriptors(program: Program, count: number): Promise<void> {
  await until(
    async () => {
      const lines = program.stdout.length;
      program.kill('SIGHUP');
      await until(() => program.stdout.length > lines);
      return program.stdout.trim().endsWith(`\n${count} more`);
    },
    { what: () => `${count} more descriptors: ${program.stdout}` },
  );
}

afterEach(() => {
  expect(namesLike()).toEqual([]);
});

const unlinkers: Readonly<Record<string, (name: string) => void>> = {
  'another process': (name) => {
    const memory = SharedMemory.attach(name);
    memory.unlink();
    memory.close();
  },
  'another program': (name) => rmSync(fileOf(name)),
};

describe.each(Object.entries(unlinkers))('names that %s unlinks', (_, unlink) => {
  test.each([
    ['keep', 50],
    ['close', 0],
  ])('leave nothing in a maker that does not know: %s', async (how, kept) => {
    const prefix = freshName();
    await using program = maker(how, prefix, 50);
    await program.line(/ready/);
    // What the tracker starts looks like it until it is another program.
    await until(() => trackersOf(program.pid).length === 1);
    for (const name of namesLike(prefix)) unlink(name);
    await allGone(prefix, program);
    // The memory itself, which the maker has open.
    await descriptors(program, kept);
    // The maker waits for its tracker, which is a zombie until then.
    await until(() => program.descendants().length === 0, { what: 'no descendants' });
  });
});

test('names of a thread that ended, and names that another thread unlinks', async () => {
  const prefix = freshName();
  await using program = maker('endedThread', prefix, 20);
  await program.line(/ready/);
  await until(() => trackersOf(program.pid).length === 1);
  for (const name of namesLike(prefix)) rmSync(fileOf(name));
  await allGone(prefix, program);

  await using other = maker('otherThread', prefix, 20);
  await other.line(/ready/);
  expect(namesLike(prefix)).toEqual([]);
  other.kill('SIGKILL');
  await allGone(prefix, other);
});

describe('a maker that is killed leaves no names', () => {
  test.each([
    ['endlessly', 1],
    ['endlessly', 5],
    ['inThreads', 3],
  ])(
    'at any moment: %s, %i',
    (how, count) =>
      repeat(
        async () => {
          const prefix = freshName();
          await using program = maker(how, prefix, count);
          await program.line(/ready/);
          await sleep(Math.random() * 30);
          program.kill('SIGKILL');
          await until(() => program.hasEnded);
          await allGone(prefix, program);
        },
        { times: 5 },
      )(),
  );

  test.each([
    ['odd names', 'odd', 18, 18],
    ['many names, most of which are gone', 'many', 3000, 2],
    ['a hundred names', 'keep', 100, 100],
  ])('%s', async (_, how, count, left) => {
    const prefix = freshName();
    await using program = maker(how, prefix, count);
    await program.line(/ready/);
    expect(namesLike(prefix)).toHaveLength(left);
    // What the tracker starts looks like it until it is another program.
    await until(() => trackersOf(program.pid).length === 1);
    program.kill('SIGKILL');
    await allGone(prefix, program);
  });

  test('although its tracker was killed before', async () => {
    const prefix = freshName();
    await using program = maker('more', prefix, 3);
    await program.line(/ready/);
    for (const pid of trackersOf(program.pid)) process.kill(pid, 'SIGKILL');
    await until(() => trackersOf(program.pid).length === 0);
    program.kill('SIGUSR2');
    await program.line(/^more$/);
    expect(namesLike(prefix)).toHaveLength(4);
    program.kill('SIGKILL');
    await allGone(prefix, program);
  });
});

test('a name that leads to something else by then stays', async () => {
  const prefix = freshName();
  await using program = maker('keep', prefix, 3);
  await program.line(/ready/);
  const name = `${prefix}-1`;
  rmSync(fileOf(name));
  // Not by us: our own tracker has nothing to do with it.
  execFileSync('/bin/sh', ['-c', 'echo other > "$1"', 'sh', fileOf(name)]);
  try {
    program.kill('SIGKILL');
    await until(() => trackersOf(program.pid).length === 0);
    expect(namesLike(prefix)).toEqual([name]);
    expect(existsSync(fileOf(name))).toBe(true);
  } finally {
    rmSync(fileOf(name), { force: true });
  }
});

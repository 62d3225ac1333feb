import { NotCloneableError } from '@manycore/core';
import { pack } from '@manycore/core/internal';
import { allocate, Word } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';
import { expectNoLeaks, Program, runProgram, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { mixedCrew, scopes } from './support/crew.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url);

describe.each(scopes)('a block, scope %s', (scope) => {
  test('is all zero, as long as asked for in whole cache lines, in words and bytes', () => {
    for (const [asked, given] of [
      [1, 64],
      [64, 64],
      [65, 128],
      [100_000, 100_032],
      [300_000, 300_032],
    ] as const) {
      const { words, bytes } = allocate(asked, scope);
      expect(bytes).toHaveLength(given);
      expect(words).toHaveLength(given / 4);
      expect(words.every((word) => word === 0)).toBe(true);
      words[1] = 0x01020304;
      expect([...bytes.subarray(4, 8)]).toEqual([4, 3, 2, 1]);
    }
  });

  test('shares nothing with another block', () => {
    const blocks = Array.from({ length: 100 }, () => allocate(64, scope));
    blocks.forEach((block, index) => block.words.fill(index));
    blocks.forEach((block, index) => {
      expect(block.words.every((word) => word === index)).toBe(true);
    });
  });

  test.each([0, -1, 1.5, NaN, Infinity])('cannot have %d bytes', (byteLength) => {
    expect(() => allocate(byteLength, scope)).toThrow(RangeError);
    expect(() => allocate(byteLength, scope)).toThrow(/byteLength must be a positive whole number/);
  });

  test('that is larger than the machine is refused', () => {
    expect(() => allocate(2 ** 52, scope)).toThrow();
  });

  test('crosses to a thread and a process, and on to theirs', async () => {
    const block = allocate(64, scope);
    await using parties = mixedCrew(scope);
    let index = 0;
    for (const party of parties) {
      await party.tell('store', block, index, 10 + index);
      expect(block.words[index]).toBe(10 + index);
      index += 1;
      for (const to of scope === 'threads' ? ['thread'] : ['thread', 'process']) {
        await party.tell('passOn', block, to, index, 10 + index);
        expect(block.words[index]).toBe(10 + index);
        index += 1;
      }
    }
  });

  test('a word is checked against the block', () => {
    const block = allocate(64, scope);
    expect(() => new Word(block, 16)).toThrow('the block has words 0 to 15, not 16');
    expect(() => new Word(block, -1)).toThrow(RangeError);
    expect(() => block.parker.notify(block.words, 16, 1)).toThrow(RangeError);
    const word = new Word(block, 1);
    expect([word.add(5), word.sub(2), word.or(12), word.and(7), word.exchange(9)]).toEqual([
      0, 5, 3, 15, 7,
    ]);
    expect(word.compareExchange(9, 1)).toBe(9);
    expect(word.load()).toBe(1);
  });
});

test('a block of threads is refused to a process', () => {
  const block = allocate(4, 'threads');
  expect(() => pack([block], 'process', 'args')).toThrow(NotCloneableError);
  expect(() => pack([block], 'process', 'args')).toThrow(/args\[0\].*SharedBlock/);
});

test('scope is checked', () => {
  expect(scopeOf(undefined)).toBe('threads');
  expect(() => allocate(4, 'thread' as never)).toThrow(
    `scope must be 'threads' or 'processes', not "thread"`,
  );
});

describe('memory of scope processes', () => {
  test('is used again when its block was collected, unless someone may have it', async () => {
    const { lines } = await runProgram(fixture('collect-blocks.mjs'), {
      execArgv: ['--expose-gc'],
    });
    expect(lines).toEqual([
      'never sent: used again',
      'all zero again: true',
      'a view is left: not used again',
      'sent: not used again',
      'large blocks: descriptors 0',
    ]);
  });

  test('of threads that ended is used on by others', async () => {
    const { lines } = await runProgram(fixture('arena-of-ended-threads.mjs'));
    expect(lines).toEqual(['segments: 1', 'blocks intact: true']);
  });

  test('is shared as well where address space is limited', async () => {
    const { lines } = await runProgram(fixture('little-address-space.mjs'), {
      execPath: '/bin/sh',
      execArgv: ['-c', 'ulimit -v 12000000 && exec "$0" "$@"', process.execPath],
    });
    expect(lines).toEqual(['ArrayBuffer', '2 2 ArrayBuffer 192']);
  });

  test('goes when all processes that have it are killed', async () => {
    await using program = new Program(fixture('hold-memory.mjs'), { allowSurvivors: true });
    await program.line(/ready/);
    const before = sharedKilobytes();
    const all = [program.pid, ...program.descendants().map(({ pid }) => pid)];
    expect(all).toHaveLength(3);
    for (const pid of all) process.kill(pid, 'SIGKILL');
    await program.outcome.catch(() => undefined);
    // The three had 64 MB, which no file in /dev/shm accounts for.
    await until(() => before - sharedKilobytes() > 32 * 1024);
  });
});

function sharedKilobytes(): number {
  const text = process.getBuiltinModule('node:fs').readFileSync('/proc/meminfo', 'utf8');
  return Number(/^Shmem:\s*(\d+)/m.exec(text)?.[1]);
}

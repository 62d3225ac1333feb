import { allocate, SharedArray, SharedMemory } from '@manycore/memory';
import { portable, repeat, runProgram, smallDelay, until } from '@manycore/testing';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { collectGarbage } from '../src/platform/node.js';
import { gather, mixedCrew, Party } from './support/crew.js';

const scope = 'processes';
const fixture = new URL('./fixtures/drop-many.mjs', import.meta.url);
/** `DEEP=1` goes as far as a program that runs for days. */
const many = process.env['DEEP'] === '1' ? 100_000 : 3000;

/** The memfds that this process has open. */
function segments(): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).includes('memfd:manycore');
    } catch {
      return false;
    }
  }).length;
}

describe.skipIf(portable)('shared memory that was dropped goes', () => {
  test.each(['own segments, in one job', 'small blocks', 'closed at once', 'sent and received here'])(
    '%s',
    async (way) => {
      const { lines } = await runProgram(fixture, { args: [way, String(many)] });
      expect(lines).toEqual(['few descriptors']);
    },
    many * 20 + 60_000,
  );

  test('under a low limit of descriptors', async () => {
    const { lines } = await runProgram(fixture, {
      args: ['own segments, in one job', '1000'],
      execPath: '/bin/sh',
      execArgv: ['-c', 'ulimit -n 100 && exec "$0" "$@"', process.execPath],
    });
    expect(lines).toEqual(['few descriptors']);
  });

  test('sent to a process and to a thread', async () => {
    await using parties = mixedCrew(scope);
    const before = segments();
    const count = many / 10;
    for (let i = 0; i < count; i += 1) {
      for (const party of parties) {
        const array = new SharedArray('u8', 200_000, { scope });
        await party.tell('touch', array, 199_999, i % 256);
        expect(array.get(-1)).toBe(i % 256);
      }
    }
    expect(segments() - before).toBeLessThan(700);
  });

  test('and was held by more than eight threads', async () => {
    const memory = new SharedMemory({ size: 100_000, scope });
    const before = segments();
    {
      await using parties = gather(Array.from({ length: 12 }, () => new Party('thread')));
      for (const party of parties) expect(await party.tell('poke', memory, 0, 1)).toBeDefined();
    }
    memory.close();
    await until(() => segments() < before);
  });
});

/** Collects garbage here and in the party, and runs what is to run then. */
async function collect(party: Party): Promise<void> {
  await party.tell('collect');
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, smallDelay));
}

test(
  'small memory is used again once it was received and dropped',
  repeat(async () => {
    await using party = new Party('process');
    // What a block's memory looks like before it is used: the same place comes back, all zero.
    const offsets = new Set<number>();
    const count = 400;
    for (let i = 0; i < count; i += 1) {
      const block = allocate(4096, scope);
      expect(block.words.every((word) => word === 0)).toBe(true);
      offsets.add(block.bytes.byteOffset);
      await party.tell('store', block, 0, i + 1);
      expect(block.words[0]).toBe(i + 1);
      if (i % 100 === 99) await collect(party);
    }
    expect(offsets.size).toBeLessThan(count);
  }, { times: 1 }),
);

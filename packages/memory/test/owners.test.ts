import { allocate } from '@manycore/memory';
import { threadEnded } from '@manycore/memory/internal';
import { expectNoLeaks, portable, repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { crew, mixedCrew, Party, scopes } from './support/crew.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

describe.each(scopes)('owners, scope %s', (scope) => {
  test('this thread lives, and keeps its id', () => {
    const { owners } = allocate(4, scope);
    const id = owners.self();
    expect(id).toBeGreaterThan(0);
    expect(id).toBeLessThan(2 ** 30);
    expect(owners.self()).toBe(id);
    expect(owners.alive(id)).toBe(true);
  });

  test('ids that were never given out belong to no owner', () => {
    const { owners } = allocate(4, scope);
    for (const id of [0, -1, owners.self() + 512, 2 ** 30 - 1]) {
      expect(owners.alive(id)).toBe(false);
    }
  });

  test('threads and processes have ids of their own, and see each other', async () => {
    const block = allocate(4, scope);
    await using parties = mixedCrew(scope);
    const ids = await Promise.all(parties.map((party) => party.tell<number>('self', block)));
    expect(new Set([block.owners.self(), ...ids]).size).toBe(3);
    for (const id of ids) expect(block.owners.alive(id)).toBe(true);
    for (const party of parties) {
      expect(await party.tell('alive', block, block.owners.self())).toBe(true);
    }
  });

  test(
    'a party that ends, in whichever way, is dead, and its id is not used again',
    repeat(async () => {
      for (const how of ['kill', 'exit', 'leave'] as const) {
        const block = allocate(4, scope);
        await using parties = crew(scope, 1);
        const [party] = parties;
        const id = await party?.tell<number>('self', block);
        if (!party || id === undefined) throw new Error('no party');
        expect(block.owners.alive(id)).toBe(true);
        if (how === 'kill') await party.kill();
        else {
          void party.tell(how, 3).catch(() => undefined);
          await party.gone;
        }
        expect(block.owners.alive(id)).toBe(false);
        await using others = crew(scope, 2);
        for (const other of others) {
          expect(await other.tell('self', block)).not.toBe(id);
          expect(await other.tell('alive', block, id)).toBe(false);
        }
      }
    }),
  );

  test('hundreds come and go', async () => {
    const block = allocate(4, scope);
    const rounds = scope === 'threads' ? 20 : 3;
    for (let round = 0; round < rounds; round += 1) {
      await using parties = crew(scope, 4);
      await Promise.all(parties.map((party) => party.tell('self', block)));
    }
  });
});

describe('owners in other processes', () => {
  test('a zombie is dead', async () => {
    const block = allocate(4, 'processes');
    await using party = new Party('process');
    const id = await party.tell<number>('self', block);
    process.kill(party.pid, 'SIGKILL');
    // Nothing awaited: this process has not reaped its child yet.
    while (block.owners.alive(id));
    await party.gone;
  });

  test('a stopped process lives', async () => {
    const block = allocate(4, 'processes');
    await using party = new Party('process');
    const id = await party.tell<number>('self', block);
    party.signal('SIGSTOP');
    expect(block.owners.alive(id)).toBe(true);
    party.signal('SIGCONT');
  });

  test('a terminated thread of a living process is dead for all', async () => {
    const block = allocate(4, 'processes');
    await using child = new Party('process');
    await using thread = new Party('thread');
    const id = await thread.tell<number>('self', block);
    expect(await child.tell('alive', block, id)).toBe(true);
    void thread.tell('block').catch(() => undefined);
    await thread.kill();
    expect(await child.tell('alive', block, id)).toBe(false);
    expect(block.owners.alive(id)).toBe(false);
  });
});

test('threadEnded says so for platforms that do not', async () => {
  const block = allocate(4, 'threads');
  await using thread = new Party('thread');
  const id = await thread.tell<number>('self', block);
  threadEnded(thread.threadId);
  expect(block.owners.alive(id)).toBe(false);
});

// Their parent, which is told of their end elsewhere, does not have their table.
test.skipIf(portable)('threads that loaded the package before their parent did agree on owners', async () => {
  // The block carries the table of its maker along.
  await using parties = crew('threads', 2);
  const [one, two] = parties;
  const block = await one?.tell('make', 'threads');
  const [first, second] = [await one?.tell('self', block), await two?.tell('self', block)];
  expect(first).not.toBe(second);
  expect(await two?.tell('alive', block, first)).toBe(true);
  await one?.kill();
  await until(async () => (await two?.tell('alive', block, first)) === false);
});

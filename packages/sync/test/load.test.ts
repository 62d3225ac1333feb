import { Lock, RLock, Semaphore } from '@manycore/sync';
import { repeat, until } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { Crew, mannerOf, type Manner, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

/** What 4 parties do each: asynchronous holders take a hundred times as long for the same. */
const times = {
  threads: { blocking: 1_000_000, async: 20_000 },
  processes: { blocking: 250_000, async: 10_000 },
} as const;

describe.each(scopes)('a plain counter, scope %s, 4 parties', (scope) => {
  const crew = sharedCrew(scope, 4);

  async function count(lock: unknown, manner: Manner): Promise<[number, number]> {
    const { block, words } = sharedNumbers(scope);
    const done = await crew.each<number>(4, 'count', (i) => {
      const own = mannerOf(manner, i);
      return [lock, block, times[scope][own], own];
    });
    return [words[0] ?? 0, done.reduce((sum, n) => sum + n, 0)];
  }

  test.each(['blocking', 'async', 'mixed'] as const)('is exact under a Lock: %s', async (manner) => {
    const lock = new Lock({ scope });
    const [found, expected] = await count(lock, manner);
    expect(found).toBe(expected);
    expect(lock.locked).toBe(false);
  });

  test('is exact under an RLock and under a Semaphore of one', async () => {
    for (const lock of [new RLock({ scope }), new Semaphore(1, { scope })]) {
      const [found, expected] = await count(lock, 'mixed');
      expect(found).toBe(expected);
    }
  });

  test('is exact with timeouts and aborts at random', async () => {
    const lock = new Lock({ scope });
    const { block, words } = sharedNumbers(scope);
    const done = await crew.each<number>(4, 'countImpatiently', (party) => [
      lock,
      block,
      3000,
      mannerOf('mixed', party),
    ]);
    expect(words[0]).toBe(done.reduce((sum, n) => sum + n, 0));
    expect(lock.locked).toBe(false);
  });
});

/*
 * For the words see countOverDeadBodies. A party that dies just after it acquired, or just before it
 * releases, holds the lock without having said so.
 */
describe.each(scopes)('holders killed at random, scope %s', (scope) => {
  const kills = scope === 'threads' ? 20 : 8;

  async function killHolders(): Promise<void> {
    const lock = new Lock({ scope });
    const { block, words } = sharedNumbers(scope, 16 + 2 + kills);
    await using crew = new Crew(scope, 2 + kills);
    await crew.each(2 + kills, 'ping', () => []);
    const counting = crew.all.map((party, i) =>
      party.tell('countOverDeadBodies', lock, block, mannerOf('mixed', i >> 1), i),
    );
    for (let victim = 2; victim < 2 + kills; victim += 1) {
      await sleep(Math.random() * 10);
      // Most are killed while they hold the lock.
      await until(() => Atomics.load(words, 16 + victim) === 1 || Math.random() < 0.1);
      await crew.party(victim).kill();
    }
    Atomics.store(words, 1, 1);
    await Promise.all(counting.slice(0, 2));
    const last = await lock.recover();
    const takeovers = (words[3] ?? 0) + (last.recovered ? 1 : 0);
    last.release();
    const diedInside = [...words.subarray(16)].reduce((sum, n) => sum + n, 0);
    expect(takeovers).toBeGreaterThanOrEqual(diedInside);
    expect(takeovers).toBeLessThanOrEqual(kills);
    const unexplained = (words[0] ?? 0) - (words[2] ?? 0);
    expect(unexplained).toBeGreaterThanOrEqual(0);
    expect(unexplained).toBeLessThanOrEqual(kills);
    expect((await lock.acquire()).recovered).toBe(false);
  }

  test(
    'every death inside is taken over exactly once, and the counter is explained',
    repeat(killHolders, { times: 1 }),
  );
});

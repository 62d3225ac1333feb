import { allocate, type PendingWait, Word } from '@manycore/memory';
import { expectNoLeaks, repeat, shortDelay, until } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { crew, mixedCrew, Party, scopes } from './support/crew.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

const manners = ['blocking', 'async'] as const;

function pending(wait: PendingWait | 'not-equal'): PendingWait {
  if (wait === 'not-equal') throw new Error('the wait did not begin');
  return wait;
}

/** Waits until so many have announced themselves in a word. */
async function announced(word: Word, count: number): Promise<void> {
  for (let seen = word.load(); seen < count; seen = word.load()) {
    const wait = word.waitAsync(seen);
    if (wait !== 'not-equal') await wait.settled;
  }
}

describe.each(scopes)('waiting on a word, scope %s', (scope) => {
  test('does not begin when the word holds something else', () => {
    const word = new Word(allocate(4, scope), 0);
    expect(word.wait(1)).toBe('not-equal');
    expect(word.waitAsync(1)).toBe('not-equal');
  });

  test('ends when the time is over, not before', async () => {
    const word = new Word(allocate(4, scope), 0);
    for (const timeout of [0, 1, 120]) {
      let began = performance.now();
      expect(word.wait(0, timeout)).toBe('timed-out');
      expect(performance.now() - began).toBeGreaterThanOrEqual(timeout - 1);
      began = performance.now();
      expect(await pending(word.waitAsync(0, timeout)).settled).toBe('timed-out');
      expect(performance.now() - began).toBeGreaterThanOrEqual(timeout - 1);
    }
    expect(word.notify()).toBe(0);
  });

  test('a wake-up reaches a waiter of the same thread', async () => {
    const word = new Word(allocate(4, scope), 0);
    const wait = pending(word.waitAsync(0));
    expect(word.notify()).toBe(1);
    expect(await wait.settled).toBe('ok');
  });

  test('a wake-up for one word does not reach waiters of another', async () => {
    const block = allocate(8, scope);
    const [one, other] = [new Word(block, 0), new Word(block, 1)];
    const wait = pending(other.waitAsync(0, 30));
    expect(one.notify()).toBe(0);
    expect(await wait.settled).toBe('timed-out');
  });

  test('no more are woken than asked for', async () => {
    const word = new Word(allocate(4, scope), 0);
    const waits = Array.from({ length: 10 }, () => pending(word.waitAsync(0)));
    expect(word.notify(3)).toBe(3);
    expect(word.notify(0)).toBe(0);
    expect(word.notify(4)).toBe(4);
    const outcomes: string[] = [];
    for (const wait of waits) void wait.settled.then((outcome) => outcomes.push(outcome));
    await sleep(shortDelay / 5);
    expect(outcomes).toHaveLength(7);
    expect(word.notify()).toBe(3);
    await Promise.all(waits.map((wait) => wait.settled));
  });

  test('more waits of one thread than a record of the table holds', async () => {
    const word = new Word(allocate(4, scope), 0);
    const waits = Array.from({ length: 1000 }, () => pending(word.waitAsync(0)));
    expect(word.notify(999)).toBe(999);
    expect(word.notify()).toBe(1);
    await Promise.all(waits.map((wait) => wait.settled));
    expect(word.notify()).toBe(0);
  });

  test('more words than the table has room for in one place', async () => {
    const block = allocate(4 * 5000, scope);
    const waits = Array.from({ length: 5000 }, (_, index) =>
      pending(new Word(block, index).waitAsync(0)),
    );
    let missed = 0;
    for (let index = 0; index < 5000; index += 1) {
      const word = new Word(block, index);
      word.store(1);
      missed += 1 - word.notify();
    }
    // A waiter that found no room looks by itself.
    expect(missed).toBeLessThan(5000);
    expect(await Promise.all(waits.map((wait) => wait.settled))).not.toContain('timed-out');
  });

  test('a wait that is given up swallows no wake-up', async () => {
    const word = new Word(allocate(4, scope), 0);
    const [first, second] = [pending(word.waitAsync(0)), pending(word.waitAsync(0))];
    first.cancel();
    word.notify(1);
    expect(await second.settled).toBe('ok');
    expect(await Promise.race([first.settled, sleep(shortDelay)])).toBeUndefined();
  });

  test('a wake-up of a wait that is given up afterwards goes to another', async () => {
    const word = new Word(allocate(4, scope), 0);
    const [first, second] = [pending(word.waitAsync(0)), pending(word.waitAsync(0))];
    word.notify(1);
    // Woken, but the caller has not acted on it.
    await first.settled;
    expect(first.cancel()).toBe(true);
    expect(await second.settled).toBe('ok');
  });

  test('a change of the word is noticed even without a wake-up', async () => {
    const word = new Word(allocate(4, scope), 0);
    await using parties = crew(scope, 1);
    const asleep = parties[0]?.tell('sleepWhile', word.block, 0, 0, 'blocking');
    const wait = pending(word.waitAsync(0));
    await sleep(shortDelay);
    word.store(1);
    expect(await wait.settled).toBe('ok');
    expect(await asleep).toBe(1);
  });

  test(
    'one notify wakes blocked and asynchronous sleepers in threads and processes',
    repeat(async () => {
      const block = allocate(8, scope);
      const word = new Word(block, 0);
      const ready = new Word(block, 1);
      await using parties = mixedCrew(scope);
      await using more = mixedCrew(scope);
      const sleepers = [
        ...parties.map((party) => party.tell('announceAndSleep', block, 1, 0, 0, 'blocking')),
        ...more.map((party) => party.tell('announceAndSleep', block, 1, 0, 0, 'async')),
        ...more.map((party) => party.tell('announceAndSleep', block, 1, 0, 0, 'async')),
      ];
      const own = pending(word.waitAsync(0));
      await announced(ready, sleepers.length);
      word.store(7);
      word.notify();
      expect(await Promise.all(sleepers)).toEqual(sleepers.map(() => 7));
      expect(await own.settled).toBe('ok');
    }),
  );

  test(
    'a word goes back and forth between two parties',
    repeat(async () => {
      for (const manner of manners) {
        const word = new Word(allocate(4, scope), 0);
        await using parties = crew(scope, 1);
        const [party] = parties;
        for (let turn = 0; turn < 50; turn += 2) {
          const asleep = party?.tell('sleepWhile', word.block, 0, turn, manner);
          word.store(turn + 1);
          word.notify(1);
          expect(await asleep).toBe(turn + 1);
          await party?.tell('store', word.block, 0, turn + 2);
        }
      }
    }),
  );
});

describe('waiting on a word across processes', () => {
  test(
    'every wake-up ends exactly one wait, also when others give up',
    repeat(async () => {
      const block = allocate(4, 'processes');
      const word = new Word(block, 0);
      await using parties = mixedCrew('processes');
      const [thread, child] = parties;
      await Promise.all(parties.map((party) => party.tell('startWaits', block, 0, 0, 20)));
      let woken = 0;
      for (let step = 0; step < 10; step += 1) {
        woken += word.notify(2);
        await (step % 2 === 0 ? thread : child)?.tell('cancelWaits', 1);
      }
      expect(woken).toBe(20);
      // Ten are gone. A wake-up that one of them had received went to one of the thirty that remain.
      const ended = async (): Promise<number> => {
        const counts = await Promise.all(parties.map((party) => party.tell<number>('ended')));
        return counts.reduce((sum, count) => sum + count, 0);
      };
      await until(async () => (await ended()) >= 20);
      expect(await ended()).toBe(20);
      expect(word.notify()).toBe(10);
    }),
  );

  test(
    'every wake-up ends exactly one wait, also while the time of others is over',
    repeat(async () => {
      const block = allocate(64, 'processes');
      const word = new Word(block, 3);
      await using parties = mixedCrew('processes');
      const state = { waiting: true };
      const counts = Promise.all(
        parties.map((party) => party.tell<number>('waitBriefly', block, 3, 150)),
      ).finally(() => (state.waiting = false));
      let woken = 0;
      while (state.waiting) {
        for (let i = 0; i < 20; i += 1) woken += word.notify(1 + (i % 3));
        await sleep(0);
      }
      expect((await counts).reduce((sum, count) => sum + count, 0)).toBe(woken);
      expect(woken).toBeGreaterThan(0);
      expect(word.notify()).toBe(0);
    }),
  );

  test(
    'sleepers that are killed take no wake-up along',
    repeat(async () => {
      const block = allocate(8, 'processes');
      const word = new Word(block, 0);
      await using doomed = mixedCrew('processes');
      await Promise.all(doomed.map((party) => party.tell('startWaits', block, 0, 0, 3)));
      const own = pending(word.waitAsync(0));
      await Promise.all(doomed.map((party) => party.kill()));
      expect(word.notify(1)).toBe(1);
      expect(await own.settled).toBe('ok');
      expect(word.notify()).toBe(0);
    }),
  );

  test('a stopped process does not hold up the others', async () => {
    const block = allocate(8, 'processes');
    const word = new Word(block, 0);
    await using party = new Party('process');
    await party.tell('startWaits', block, 0, 0, 1);
    party.signal('SIGSTOP');
    const own = pending(word.waitAsync(0));
    word.store(1);
    word.notify();
    expect(await own.settled).toBe('ok');
    party.signal('SIGCONT');
    expect(await party.tell('load', block, 0)).toBe(1);
  });
});

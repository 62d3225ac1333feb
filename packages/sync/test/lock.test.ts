import { TimeoutError } from '@manycore/core';
import { Lock, NotHeldError } from '@manycore/sync';
import { repeat, shortDelay } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

describe.each(scopes)('Lock, scope %s', (scope) => {
  const crew = sharedCrew(scope, 8);

  test('is free at first; taken by one, refused to others; free again', () => {
    const lock = new Lock({ scope });
    expect(lock.locked).toBe(false);
    const guard = lock.acquireSync();
    expect(lock.locked).toBe(true);
    expect(lock.tryAcquire()).toBeUndefined();
    guard.release();
    expect(lock.locked).toBe(false);
    lock.tryAcquire()?.release();
    expect(lock.locked).toBe(false);
  });

  test('releasing what is not held is an error', () => {
    const lock = new Lock({ scope });
    expect(() => lock.release()).toThrow(/release unlocked lock/);
    const guard = lock.acquireSync();
    guard.release();
    expect(() => guard.release()).toThrow(NotHeldError);
    guard[Symbol.dispose]();
    expect(lock.locked).toBe(false);
  });

  test('a guard releases at the end of its block, once', () => {
    const lock = new Lock({ scope });
    {
      using guard = lock.acquireSync();
      expect(guard.recovered).toBe(false);
      expect(lock.locked).toBe(true);
    }
    expect(lock.locked).toBe(false);
    {
      using guard = lock.acquireSync();
      guard.release();
      expect(lock.locked).toBe(false);
    }
  });

  test('anyone may release', async () => {
    const lock = new Lock({ scope });
    await crew.party(0).tell('hold', lock, 'acquire', 'blocking');
    expect(lock.tryAcquire()).toBeUndefined();
    lock.release();
    const guard = await lock.acquire();
    await crew.party(0).tell('invoke', lock, 'release', 'plain');
    expect(lock.locked).toBe(false);
    expect(() => guard.release()).toThrow(/release unlocked lock/);
    await expect(crew.party(0).tell('letGo')).rejects.toThrow(/release unlocked lock/);
  });

  test.each(manners)(
    'another party, %s, gets it after the release, and not before',
    (manner) =>
      repeat(async () => {
        const lock = new Lock({ scope });
        const { block, words } = sharedNumbers(scope);
        const guard = lock.acquireSync();
        const waiting = crew.each(3, 'count', (i) => [lock, block, 1, mannerOf(manner, i)]);
        await sleep(shortDelay / 10);
        expect(words[0]).toBe(0);
        guard.release();
        await waiting;
        expect(words[0]).toBe(3);
      })(),
  );

  test('a timeout ends the wait, and nothing is held or lost', async () => {
    const lock = new Lock({ scope });
    const guard = lock.acquireSync();
    await expect(lock.acquire({ timeout: 10 })).rejects.toThrow(TimeoutError);
    expect(() => lock.acquireSync({ timeout: 10 })).toThrow('Lock was not acquired within 10 ms');
    await expect(lock.acquire({ timeout: 0 })).rejects.toThrow(TimeoutError);
    expect(() => lock.acquireSync({ timeout: 0 })).toThrow(TimeoutError);
    guard.release();
    (await lock.acquire({ timeout: 0 })).release();
    lock.acquireSync({ timeout: 0 }).release();
    expect(lock.locked).toBe(false);
  });

  test('a signal ends the wait with its reason', async () => {
    const lock = new Lock({ scope });
    const guard = lock.acquireSync();
    const controller = new AbortController();
    const waiting = lock.acquire({ signal: controller.signal });
    const next = lock.acquire();
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect(lock.acquire({ signal: controller.signal })).rejects.toBe('enough');
    guard.release();
    (await next).release();
    await expect(lock.acquire({ signal: controller.signal })).rejects.toBe('enough');
    expect(lock.locked).toBe(false);
  });

  test('run gives back what the function returns, and releases also when it throws', async () => {
    const lock = new Lock({ scope });
    expect(await lock.run(() => Promise.resolve(lock.locked))).toBe(true);
    expect(lock.runSync(() => lock.locked)).toBe(true);
    await expect(lock.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const refuse = (): never => {
      throw new Error('no');
    };
    expect(() => lock.runSync(refuse)).toThrow('no');
    expect(() => lock.runSync(() => Promise.reject(new Error('no')))).toThrow(
      'runSync takes a function that is not asynchronous; use await run(fn)',
    );
    await expect(lock.run(refuse)).rejects.toThrow('no');
    expect(lock.locked).toBe(false);
  });

  test('many tasks of one thread exclude each other', async () => {
    const lock = new Lock({ scope });
    let inside = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      for (let i = 0; i < 10; i += 1) {
        await lock.run(async () => {
          inside += 1;
          most = Math.max(most, inside);
          await Promise.resolve();
          inside -= 1;
        });
      }
    };
    await Promise.all(Array.from({ length: 50 }, task));
    expect(most).toBe(1);
    expect(lock.locked).toBe(false);
  });

  describe.each(manners)('%s parties', (manner) => {
    test.each([2, 3, 8])('%i exclude each other', (size) =>
      repeat(async () => {
        const lock = new Lock({ scope });
        const { block, words } = sharedNumbers(scope);
        await crew.each(size, 'count', (i) => [lock, block, 1000, mannerOf(manner, i)]);
        expect(words[0]).toBe(size * 1000);
        expect(lock.locked).toBe(false);
      })(),
    );

    test('lose nothing by timeouts and aborts', () =>
      repeat(async () => {
        const lock = new Lock({ scope });
        const { block, words } = sharedNumbers(scope);
        const done = await crew.each<number>(4, 'countImpatiently', (party) => [
          lock,
          block,
          300,
          mannerOf(manner, party),
        ]);
        expect(words[0]).toBe(done.reduce((sum, n) => sum + n, 0));
        expect(lock.locked).toBe(false);
      })());

    test('one that cannot wait forever does not starve the others', () =>
      repeat(async () => {
        const lock = new Lock({ scope });
        const { block, words } = sharedNumbers(scope);
        const [patient, ...impatient] = await Promise.all([
          crew.party(0).tell<number>('count', lock, block, 2000, mannerOf(manner, 0)),
          ...[1, 2].map((party) =>
            crew.party(party).tell<number>('countImpatiently', lock, block, 200, mannerOf(manner, party)),
          ),
        ]);
        expect(words[0]).toBe(impatient.reduce((sum, n) => sum + n, patient));
      })());
  });
});

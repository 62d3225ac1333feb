import { TimeoutError } from '@manycore/core';
import { Lock, NotHeldError, OwnerDiedError } from '@manycore/sync';
import { repeat, smallDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import { crew, type CrewMember, type Scope } from './support/crew.js';

const scopes: readonly Scope[] = ['threads'];
const manners = ['blocking', 'async', 'mixed'] as const;

/** How the party with this number waits. */
function mannerOf(manner: (typeof manners)[number], party: number): string {
  if (manner === 'mixed') return party % 2 === 0 ? 'blocking' : 'async';
  return manner;
}

function only(members: readonly CrewMember[], index = 0): CrewMember {
  const member = members[index];
  if (!member) throw new Error(`no party ${index}`);
  return member;
}

describe.each(scopes)('Lock, scope %s', (scope) => {
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
  });

  test('anyone may release', async () => {
    const lock = new Lock({ scope });
    await using parties = crew(scope, 1);
    await only(parties).tell('acquire', lock, 'blocking');
    expect(lock.tryAcquire()).toBeUndefined();
    lock.release();
    const guard = await lock.acquire();
    await only(parties).tell('releaseDirectly', lock);
    expect(lock.locked).toBe(false);
    expect(() => guard.release()).toThrow(/release unlocked lock/);
  });

  test('a timeout ends the wait, and nothing is held or lost', async () => {
    const lock = new Lock({ scope });
    using guard = lock.acquireSync();
    await expect(lock.acquire({ timeout: 10 })).rejects.toThrow(TimeoutError);
    expect(() => lock.acquireSync({ timeout: 10 })).toThrow(/Lock was not free within 10 ms/);
    await expect(lock.acquire({ timeout: 0 })).rejects.toThrow(TimeoutError);
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
  });

  test('run gives back what the function returns, and releases also when it throws', async () => {
    const lock = new Lock({ scope });
    expect(await lock.run(() => Promise.resolve(lock.locked))).toBe(true);
    expect(lock.runSync(() => lock.locked)).toBe(true);
    await expect(lock.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(() =>
      lock.runSync(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(lock.locked).toBe(false);
  });

  test.each(manners)('excludes %s parties from each other', (manner) =>
    repeat(async () => {
      const lock = new Lock({ scope });
      const counter = new Int32Array(new SharedArrayBuffer(4));
      await using parties = crew(scope, 3);
      await Promise.all(
        parties.map((party, i) => party.tell('count', lock, counter, 3000, mannerOf(manner, i))),
      );
      expect(counter[0]).toBe(9000);
    })(),
  );

  test.each(manners)('timeouts and aborts of %s parties lose nothing', (manner) =>
    repeat(async () => {
      const lock = new Lock({ scope });
      const counter = new Int32Array(new SharedArrayBuffer(4));
      await using parties = crew(scope, 4);
      const done = await Promise.all(
        parties.map((party, i) =>
          i < 2
            ? party.tell('countImpatiently', lock, counter, 400, mannerOf(manner, i))
            : party.tell('count', lock, counter, 2000, mannerOf(manner, i)).then(() => 2000),
        ),
      );
      expect(counter[0]).toBe((done as number[]).reduce((sum, n) => sum + n, 0));
      expect(lock.locked).toBe(false);
    })(),
  );

  test('an owner that dies is reported until someone takes over', async () => {
    const lock = new Lock({ scope });
    await using parties = crew(scope, 2);
    await only(parties).tell('acquire', lock, 'blocking');
    const waiting = lock.acquire();
    const blocked = only(parties, 1).tell('acquire', lock, 'blocking');
    await only(parties).kill();
    await expect(waiting).rejects.toThrow(OwnerDiedError);
    await expect(blocked).rejects.toThrow(OwnerDiedError);
    expect(() => lock.acquireSync()).toThrow(OwnerDiedError);
    expect(() => lock.tryAcquire()).toThrow(OwnerDiedError);
    expect(() => lock.release()).toThrow(/recover\(\)/);
    const guard = await lock.recover({ timeout: smallDelay });
    expect(guard.recovered).toBe(true);
    guard.release();
    expect((await lock.acquire()).recovered).toBe(false);
  });
});

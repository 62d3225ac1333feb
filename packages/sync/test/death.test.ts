import { task } from '@manycore/core';
import {
  Barrier,
  BrokenBarrierError,
  Condition,
  Event,
  Latch,
  Lock,
  OwnerDiedError,
  RLock,
  RWLock,
  Semaphore,
} from '@manycore/sync';
import { repeat, shortDelay, until } from '@manycore/testing';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import * as actions from './fixtures/actions.mjs';
import { Crew, mannerOf, manners, scopes, sharedNumbers } from './support/crew.js';

const exitAll = task(new URL('./fixtures/actions.mjs', import.meta.url).href, actions.exitAll);

describe.each(scopes)('the death of an owner, scope %s', (scope) => {
  // Each round starts parties of its own, and processes take their time.
  const rounds = { times: scope === 'threads' ? 2 : 1 };

  describe.each([
    ['Lock', () => new Lock({ scope })],
    ['RLock', () => new RLock({ scope })],
  ])('%s', (name, makeLock) => {
    test.each(manners)('%s parties get OwnerDiedError until one takes over', (manner) =>
      repeat(
        async () => {
          const lock = makeLock();
          await using crew = new Crew(scope, 3);
          await crew.party(0).tell('hold', lock, 'acquire', mannerOf(manner, 0));
          const waiting = [1, 2].map((i) =>
            crew.party(i).tell('hold', lock, 'acquire', mannerOf(manner, i)),
          );
          const own = lock.acquire();
          own.catch(() => undefined);
          await crew.party(0).kill();
          for (const wait of [...waiting, own]) await expect(wait).rejects.toThrow(OwnerDiedError);
          expect(() => lock.acquireSync()).toThrow(`the owner of this ${name} exited while holding it`);
          expect(() => lock.tryAcquire()).toThrow(OwnerDiedError);
          await expect(lock.acquire({ timeout: 0 })).rejects.toThrow(OwnerDiedError);
          expect(() => lock.release()).toThrow(/release unlocked lock/);
          expect(lock.locked).toBe(true);
          const takeover = manner === 'blocking' ? lock.recoverSync() : await lock.recover();
          expect(takeover.recovered).toBe(true);
          const behind = crew.party(1).tell('hold', lock, 'acquire', mannerOf(manner, 1));
          takeover.release();
          await expect(behind).resolves.toBe(false);
        },
        rounds,
      )(),
    );

    test('recover on a healthy lock is acquire', async () => {
      const lock = makeLock();
      const guard = await lock.recover();
      expect(guard.recovered).toBe(false);
      guard.release();
      lock.recoverSync().release();
      expect(lock.locked).toBe(false);
    });

    test('a holder that ends by itself has died as well', async () => {
      const lock = makeLock();
      await using crew = new Crew(scope, 1);
      await crew.party(0).tell('hold', lock, 'acquire', 'async');
      void crew.party(0).tell('exit', 0);
      await expect(lock.acquire()).rejects.toThrow(OwnerDiedError);
      const guard = await lock.recover();
      expect(guard.recovered).toBe(true);
      guard.release();
    });
  });

  test('a Lock that one acquired and left may be released by another, as in Python', async () => {
    const lock = new Lock({ scope });
    await using crew = new Crew(scope, 1);
    await crew.party(0).tell('hold', lock, 'acquire', 'async');
    await crew.party(0).kill();
    lock.release();
    lock.acquireSync().release();
  });

  test.each(manners)('%s: waiters that die take no wake-up and no lock along', (manner) =>
    repeat(
      async () => {
        const lock = new Lock({ scope });
        const { block, words } = sharedNumbers(scope);
        await using crew = new Crew(scope, 4);
        const guard = lock.acquireSync();
        const calls = crew.all.map((party, i) =>
          party.tell('announce', block, 0, lock, 'acquire', mannerOf(manner, i)),
        );
        await until(() => words[0] === 4);
        await sleep(shortDelay / 5);
        // Two die before the release, one about when it is woken.
        await crew.party(0).kill();
        const dying = crew.party(1).kill();
        guard.release();
        void crew.party(2).kill();
        await dying;
        await Promise.all([crew.party(1).departed, crew.party(2).departed]);
        // The last one gets it, perhaps by taking over from one that got it and died.
        await expect(calls[3]).rejects.toThrow(/a Guard cannot be sent|the owner of this Lock exited/);
        await crew.party(3).kill();
        const after = await lock.recover();
        after.release();
        (await lock.acquire()).release();
      },
      rounds,
    )(),
  );

  test.each(manners)('%s: a semaphore loses no permit to those who only waited', (manner) =>
    repeat(
      async () => {
        const semaphore = new Semaphore(0, { scope });
        const { block, words } = sharedNumbers(scope);
        await using crew = new Crew(scope, 3);
        const calls = crew.all.map((party, i) =>
          party.tell('announce', block, 0, semaphore, 'acquire', mannerOf(manner, i), i === 0 ? 3 : 1),
        );
        await until(() => words[0] === 3);
        await sleep(shortDelay / 5);
        await Promise.all([crew.party(0).kill(), crew.party(1).kill()]);
        semaphore.release();
        // The guard cannot be sent back, which shows that there is one.
        await expect(calls[2]).rejects.toThrow(/a Guard cannot be sent/);
        expect(semaphore.value).toBe(0);
      },
      rounds,
    )(),
  );

  test.each(manners)('%s: a condition, its waiters dying and its holder', (manner) =>
    repeat(
      async () => {
        const condition = new Condition(undefined, { scope });
        const { block, words } = sharedNumbers(scope);
        await using crew = new Crew(scope, 4);
        const waits = crew.all
          .slice(0, 3)
          .map((party, i) => party.tell('waitOnce', condition, block, mannerOf(manner, i)));
        await until(() => words[0] === 3);
        await condition.run(() => undefined);
        await crew.party(0).kill();
        // One notice for each that lives: the dead one takes none.
        await condition.run(() => condition.notify());
        await until(() => words[1] === 1);
        await condition.run(() => condition.notify());
        await Promise.all([waits[1], waits[2]]);
        const lost = crew.party(1).tell('waitOnce', condition, block, mannerOf(manner, 1));
        await until(() => words[0] === 4);
        await crew.party(3).tell('hold', condition, 'acquire', mannerOf(manner, 3));
        await crew.party(3).kill();
        await expect(lost).rejects.toThrow(/the owner of this RLock exited|release unlocked lock/);
      },
      rounds,
    )(),
  );

  test('an event and a latch do not mind', async () => {
    const event = new Event({ scope });
    const latch = new Latch(1, { scope });
    const { block, words } = sharedNumbers(scope);
    await using crew = new Crew(scope, 4);
    const calls = crew.all.map((party, i) =>
      party.tell('announce', block, 0, i < 2 ? event : latch, 'wait', i % 2 ? 'async' : 'blocking'),
    );
    await until(() => words[0] === 4);
    await Promise.all([crew.party(0).kill(), crew.party(2).kill()]);
    event.set();
    latch.countDown();
    await Promise.all([calls[1], calls[3]]);
  });

  test('a barrier: one that waits has arrived; one that acts breaks it', async () => {
    const barrier = new Barrier(3, undefined, { scope });
    await using crew = new Crew(scope, 4);
    void crew.party(0).tell('invoke', barrier, 'wait', 'blocking');
    await until(() => barrier.waiting === 1);
    await crew.party(0).kill();
    await Promise.all([barrier.wait(), crew.party(1).tell('invoke', barrier, 'wait', 'async')]);

    const acting = new Barrier(3, exitAll, { scope });
    const waits = [
      crew.party(1).tell('invoke', acting, 'wait', 'blocking'),
      crew.party(2).tell('invoke', acting, 'wait', 'async'),
    ];
    await until(() => acting.waiting === 2);
    void crew.party(3).tell('invoke', acting, 'wait', 'blocking');
    for (const wait of waits) await expect(wait).rejects.toThrow(BrokenBarrierError);
    acting.reset();
    expect(acting.broken).toBe(false);
  });

  describe('RWLock', () => {
    test.each(manners)('%s: a writer that dies is reported, a reader is not', (manner) =>
      repeat(
        async () => {
          const lock = new RWLock({ scope });
          await using crew = new Crew(scope, 3);
          await crew.party(0).tell('hold', lock, 'read', mannerOf(manner, 0));
          const writing = crew.party(1).tell('hold', lock, 'write', mannerOf(manner, 1));
          await sleep(shortDelay / 10);
          await crew.party(0).kill();
          await expect(writing).resolves.toBe(false);
          const reading = crew.party(2).tell('hold', lock, 'read', mannerOf(manner, 2));
          await crew.party(1).kill();
          await expect(reading).rejects.toThrow(OwnerDiedError);
          await expect(lock.read()).rejects.toThrow(OwnerDiedError);
          expect(() => lock.tryRead()).toThrow(OwnerDiedError);
          expect(() => lock.tryWrite()).toThrow(OwnerDiedError);
          expect(() => lock.writeSync()).toThrow(OwnerDiedError);
          const guard = await lock.recover();
          expect(guard.recovered).toBe(true);
          guard.release();
          await crew.party(2).tell('hold', lock, 'read', mannerOf(manner, 2));
        },
        rounds,
      )(),
    );

    test('a writer that dies while it waits for readers does no harm', async () => {
      const lock = new RWLock({ scope });
      await using crew = new Crew(scope, 2);
      const reader = await lock.read();
      void crew.party(0).tell('hold', lock, 'write', 'blocking');
      await until(() => {
        const guard = lock.tryWrite();
        return guard === undefined;
      });
      await sleep(shortDelay / 5);
      await crew.party(0).kill();
      await expect(crew.party(1).tell('hold', lock, 'read', 'async')).resolves.toBe(false);
      await crew.party(1).tell('letGo');
      reader.release();
      const writer = await lock.write();
      expect(writer.recovered).toBe(false);
      writer.release();
    });

    test('one that takes over and then gives up leaves the damage for the next', async () => {
      const lock = new RWLock({ scope });
      await using crew = new Crew(scope, 1);
      await crew.party(0).tell('hold', lock, 'write', 'async');
      await crew.party(0).kill();
      await expect(lock.read()).rejects.toThrow(OwnerDiedError);
      const guard = lock.recoverSync();
      expect(guard.recovered).toBe(true);
      guard.release();
      (await lock.read()).release();
    });
  });
});

test('a process that was killed and is not reaped yet counts as dead', async () => {
  const lock = new Lock({ scope: 'processes' });
  await using crew = new Crew('processes', 1);
  const parent = await crew.party(0).tell<number>('ownPid');
  const holder = await crew.party(0).tell<number>('startHolder', lock);
  await until(() => lock.locked);
  // A parent that is stopped reaps no child.
  process.kill(parent, 'SIGSTOP');
  process.kill(holder, 'SIGKILL');
  await expect(lock.acquire()).rejects.toThrow(OwnerDiedError);
  expect(readFileSync(`/proc/${holder}/stat`, 'utf8')).toMatch(/\) Z /);
  process.kill(parent, 'SIGCONT');
  const guard = await lock.recover();
  expect(guard.recovered).toBe(true);
  guard.release();
});

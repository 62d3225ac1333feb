import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  OwnerDiedError,
  RLock,
  RWLock,
  Semaphore,
} from '@manycore/sync';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';

import { Crew, scopes } from './support/crew.js';

/** On one line. */
const show = (value: unknown): string => inspect(value, { breakLength: Infinity, compact: 9 });

describe.each(scopes)('console.log shows the state, scope %s', (scope) => {
  test('of a Lock, held by a guard', () => {
    const lock = new Lock({ scope });
    expect(show(lock)).toBe(`Lock { locked: false, scope: '${scope}' }`);
    const guard = lock.acquireSync();
    expect(show(lock)).toBe(`Lock { locked: true, scope: '${scope}' }`);
    guard.release();
    expect(show([lock])).toBe(`[ Lock { locked: false, scope: '${scope}' } ]`);
  });

  test('of an RLock, with how deep it is held', async () => {
    const lock = new RLock({ scope });
    expect(show(lock)).toBe(`RLock { locked: false, depth: 0, scope: '${scope}' }`);
    await lock.run(() =>
      lock.run(() => expect(show(lock)).toBe(`RLock { locked: true, depth: 2, scope: '${scope}' }`)),
    );
    expect(show(lock)).toContain('depth: 0');
  });

  test('of semaphores', () => {
    expect(show(new Semaphore(3, { scope }))).toBe(`Semaphore { value: 3, scope: '${scope}' }`);
    const bounded = new BoundedSemaphore(3, { scope });
    bounded.acquireSync(2);
    expect(show(bounded)).toBe(`BoundedSemaphore { value: 1, bound: 3, scope: '${scope}' }`);
  });

  test('of an Event, a Latch and a Barrier', async () => {
    const event = new Event({ scope });
    event.set();
    expect(show(event)).toBe(`Event { isSet: true, scope: '${scope}' }`);
    expect(show(new Latch(2, { scope }))).toBe(`Latch { count: 2, scope: '${scope}' }`);
    const barrier = new Barrier(2, undefined, { scope, timeout: 60_000 });
    const waiting = barrier.wait();
    expect(show(barrier)).toBe(
      `Barrier { parties: 2, waiting: 1, broken: false, timeout: 60000, scope: '${scope}' }`,
    );
    barrier.abort();
    await expect(waiting).rejects.toThrow('broken');
    expect(show(barrier)).toContain('broken: true');
  });

  test('of a Condition and an RWLock', async () => {
    const condition = new Condition(new Lock({ scope }));
    const waiting = condition.run(() => condition.wait());
    expect(show(condition)).toBe(
      `Condition { lock: Lock { locked: true, scope: '${scope}' }, waiting: 0, scope: '${scope}' }`,
    );
    await condition.run(() => {
      expect(show(condition)).toContain('waiting: 1');
      condition.notify();
    });
    await waiting;
    const lock = new RWLock({ scope });
    const guards = [lock.readSync(), lock.readSync()];
    expect(show(lock)).toBe(`RWLock { readers: 2, writing: false, scope: '${scope}' }`);
    for (const guard of guards) guard.release();
    const writing = lock.writeSync();
    expect(show(lock)).toBe(`RWLock { readers: 0, writing: true, scope: '${scope}' }`);
    writing.release();
  });

  test('of what a dead owner left behind, and changes nothing', async () => {
    const locks = [new Lock({ scope }), new RLock({ scope })];
    {
      await using crew = new Crew(scope, 1);
      for (const [i, lock] of locks.entries()) {
        await crew.party(0).tell('hold', lock, 'acquire', 'blocking', [], `guard ${i}`);
      }
    }
    for (const lock of locks) {
      expect(show(lock)).toContain('locked: true');
      await expect(lock.acquire()).rejects.toThrow(OwnerDiedError);
      expect(show(lock)).toContain('ownerDied: true');
      const guard = await lock.recover();
      expect(guard.recovered).toBe(true);
      guard.release();
      expect(show(lock)).not.toContain('ownerDied');
    }
  });
});

test('a subclass appears by its own name; deep inside, only the name is there', () => {
  class Account extends Lock {
    readonly balance = 200;
  }
  expect(show(new Account())).toBe("Account { locked: false, scope: 'threads', balance: 200 }");
  expect(show({ a: { b: { lock: new Lock() } } })).toBe('{ a: { b: { lock: [Lock] } } }');
});

import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  RLock,
  RWLock,
  Semaphore,
} from '@manycore/sync';
import { describe, expect, test } from 'vitest';

import { type Scope, scopes, sharedCrew } from './support/crew.js';

/** One of each. */
function everything(scope: Scope) {
  return {
    lock: new Lock({ scope }),
    rlock: new RLock({ scope }),
    semaphore: new Semaphore(3, { scope }),
    bounded: new BoundedSemaphore(3, { scope }),
    condition: new Condition(undefined, { scope }),
    event: new Event({ scope }),
    barrier: new Barrier(1, undefined, { scope }),
    rwlock: new RWLock({ scope }),
    latch: new Latch(3, { scope }),
  };
}

describe.each(scopes)('handles, scope %s', (scope) => {
  const crew = sharedCrew(scope, 2);

  test('each arrives as its own class, also within structures, and comes back', async () => {
    const sent = everything(scope);
    const echoed = await crew
      .party(0)
      .tell<{ value: Record<string, object>; list: object[] }>('echo', sent);
    for (const [name, handle] of Object.entries(sent)) {
      expect(echoed.value[name]).toBeInstanceOf(handle.constructor);
    }
    expect(echoed.list[0]).toBe(echoed.value);
    expect(echoed.value['bounded']).toBeInstanceOf(BoundedSemaphore);
    expect((echoed.value['condition'] as Condition).lock).toBeInstanceOf(RLock);
  });

  test('what comes back is the same thing, not a copy', async () => {
    const sent = everything(scope);
    const { value } = await crew.party(0).tell<{ value: typeof sent }>('echo', sent);
    const guard = sent.lock.acquireSync();
    expect(value.lock.locked).toBe(true);
    value.lock.release();
    expect(() => guard.release()).toThrow(/release unlocked lock/);
    sent.rlock.acquireSync();
    expect(value.rlock.tryAcquire()).toBeDefined();
    value.semaphore.acquireSync(2);
    expect(sent.semaphore.value).toBe(1);
    value.event.set();
    expect(sent.event.isSet).toBe(true);
    value.latch.countDown();
    expect(sent.latch.count).toBe(2);
    const reader = value.rwlock.readSync();
    expect(sent.rwlock.tryWrite()).toBeUndefined();
    reader.release();
    sent.barrier.abort();
    expect(value.barrier.broken).toBe(true);
    await value.condition.run(async () => {
      await expect(sent.condition.lock.acquire({ timeout: 1 })).resolves.toBeDefined();
      sent.condition.release();
    });
  });

  test('a condition and its lock stay together', async () => {
    const lock = new Lock({ scope });
    const conditions = [new Condition(lock), new Condition(lock)] as const;
    const { value } = await crew
      .party(0)
      .tell<{ value: [Condition, Condition] }>('echo', conditions);
    expect(value[0].lock).toBe(value[1].lock);
    lock.acquireSync();
    expect(value[0].lock.locked).toBe(true);
  });

  test('they pass on to grandchildren', async () => {
    const { semaphore, event } = everything(scope);
    await crew.party(0).tell('passOn', scope, semaphore, 'release', 4);
    expect(semaphore.value).toBe(7);
    await crew.party(1).tell('passOn', scope, event, 'set');
    expect(event.isSet).toBe(true);
  });

  test('one that a party made works here', async () => {
    const lock = await crew.party(0).tell<Lock>('ownLock', scope);
    expect(lock.tryAcquire()).toBeUndefined();
    await crew.party(0).tell('letGo', 'own');
    lock.acquireSync().release();
  });

  test('a guard does not cross', async () => {
    const guard = new Lock({ scope }).acquireSync();
    await expect(crew.party(0).tell('echo', guard)).rejects.toThrow(/a Guard cannot be sent/);
  });
});

describe('a process', () => {
  const crew = sharedCrew('processes', 1);

  test('is refused what only threads can reach, by name', async () => {
    for (const handle of Object.values(everything('threads'))) {
      await expect(crew.party(0).tell('echo', { deep: [handle] })).rejects.toThrow(
        new RegExp(`args\\[0\\]\\.deep\\[0\\].*a ${handle.constructor.name.replace('_', '')} of scope 'threads'`),
      );
    }
  });

  test('passes what it got on to its threads, and to processes of its own', async () => {
    const semaphore = new Semaphore(0, { scope: 'processes' });
    await crew.party(0).tell('passOn', 'threads', semaphore, 'release');
    await crew.party(0).tell('passOn', 'processes', semaphore, 'release');
    expect(semaphore.value).toBe(2);
  });
});

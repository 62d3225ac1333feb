import { deferred } from '@manycore/core/internal';
import { Condition, RLock } from '@manycore/sync';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { again, holder } from './support/rlock-tasks.js';

describe('what the owner starts belongs to it', () => {
  test('by run: timers, events and callbacks, too', async () => {
    const [lock, other] = [new RLock(), new RLock()];
    const emitter = new EventEmitter();
    await lock.run(() =>
      other.run(async () => {
        await new Promise((resolve, reject) => {
          setTimeout(() => void again(lock, other).then(resolve, reject), 1);
        });
        const heard = new Promise((resolve, reject) => {
          emitter.once('sound', () => void again(lock, other).then(resolve, reject));
        });
        setImmediate(() => emitter.emit('sound'));
        await heard;
        await Promise.all([lock.run(() => again(other)), other.run(() => sleep(1))]);
      }),
    );
    expect([lock.locked, other.locked]).toEqual([false, false]);
  });

  test('by run within an acquire', async () => {
    const lock = new RLock();
    const guard = await lock.acquire();
    await lock.run(
      () =>
        new Promise((resolve, reject) => {
          setTimeout(() => void again(lock).then(resolve, reject), 1);
        }),
    );
    expect(lock.locked).toBe(true);
    guard.release();
    expect(lock.locked).toBe(false);
  });

  test('until it releases: what run left behind waits like anyone', async () => {
    const lock = new RLock();
    const { promise, resolve } = deferred<undefined>();
    let later: Promise<boolean> | undefined;
    await lock.run(() => {
      later = promise.then(() => lock.tryAcquire() !== undefined);
    });
    await holder(
      lock,
      (async () => {
        await Promise.resolve();
        setImmediate(resolve, undefined);
        await promise;
        await expect(later).resolves.toBe(false);
      })(),
    );
    expect(lock.locked).toBe(false);
  });

  test('a generator and the loop that it feeds are one task', async () => {
    const lock = new RLock();
    async function* numbers(): AsyncGenerator<number> {
      const guard = await lock.acquire();
      try {
        yield 1;
        await sleep(1);
        await again(lock);
        yield 2;
      } finally {
        guard.release();
      }
    }
    const seen: number[] = [];
    for await (const number of numbers()) {
      await again(lock);
      await sleep(1);
      await again(lock);
      seen.push(number);
    }
    expect(seen).toEqual([1, 2]);
    expect(lock.locked).toBe(false);
    for await (const number of numbers()) if (number === 1) break;
    expect(lock.locked).toBe(false);
    const guard = await lock.acquire();
    for await (const number of numbers()) expect(number).toBeGreaterThan(0);
    guard.release();
    expect(lock.locked).toBe(false);
  });

  test('guards of using blocks', async () => {
    const [a, b] = [new RLock(), new RLock()];
    {
      using first = await a.acquire();
      using second = await b.acquire();
      await again(a, b);
      expect([first.recovered, second.recovered]).toEqual([false, false]);
    }
    expect([a.locked, b.locked]).toEqual([false, false]);
  });

  test('a Condition’s lock, before, during and after it waits', async () => {
    const changed = new Condition();
    const lock = new RLock();
    let ready = false;
    await Promise.all([changed.acquire(), lock.acquire()]);
    setImmediate(() => {
      void changed.run(() => {
        ready = true;
        changed.notify();
      });
    });
    expect(await changed.waitFor(() => ready)).toBe(true);
    await again(lock, changed.lock as RLock);
    changed.release();
    lock.release();
    expect([changed.lock.locked, lock.locked]).toEqual([false, false]);
  });
});

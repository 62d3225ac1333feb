import type { Guard, RLock } from '@manycore/sync';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** Acquires and releases each again, as their owner. */
export async function again(...locks: readonly RLock[]): Promise<void> {
  for (const lock of locks) {
    const guard = await lock.acquire();
    guard.release();
    expect(lock.tryAcquire()).toBeDefined();
    lock.release();
  }
}

/** Holds the lock until told to let it go, in a task of its own. */
export async function holder(lock: RLock, done: Promise<unknown>): Promise<void> {
  const guard = await lock.acquire();
  await done;
  guard.release();
}

export async function helper(lock: RLock): Promise<Guard> {
  return lock.acquire();
}

export async function slowHelper(lock: RLock): Promise<Guard> {
  await sleep(1);
  const guard = await lock.acquire();
  await Promise.resolve();
  return guard;
}

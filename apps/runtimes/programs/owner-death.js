// A thread is terminated while it holds a lock: who waits for the lock is told.
import assert from 'node:assert/strict';
import { Event, isMain, Lock, OwnerDiedError, task, Thread } from 'manycore';

export const hold = task(import.meta.url, 'hold', (lock, held) => {
  lock.acquireSync();
  held.set();
  new Event().waitSync();
});

if (isMain(import.meta)) {
  const lock = new Lock();
  const held = new Event();
  const thread = new Thread({ target: hold, args: [lock, held] }).start();
  thread.result.catch(() => undefined);
  await held.wait();
  const acquiring = lock.acquire();
  thread.terminate();
  await assert.rejects(acquiring, OwnerDiedError);
  (await lock.recover()).release();
  await thread.join();
}

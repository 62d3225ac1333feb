// Each primitive passes between the program, which waits without blocking, and a thread, which blocks.
import assert from 'node:assert/strict';
import { Barrier, Condition, Event, isMain, Latch, Lock, RLock, RWLock, Semaphore, task, Thread, Value } from 'manycore';

export const meet = task(import.meta.url, 'meet', (shared) => {
  const { barrier, condition, event, flag, latch, lock, rlock, rwlock, semaphore } = shared;
  event.waitSync();
  lock.acquireSync().release();
  rlock.runSync(() => rlock.runSync(() => undefined));
  rwlock.writeSync().release();
  semaphore.acquireSync();
  condition.runSync(() => {
    flag.value = 1;
    condition.notifyAll();
  });
  barrier.waitSync();
  latch.countDown();
});

if (isMain(import.meta)) {
  const shared = {
    barrier: new Barrier(2),
    condition: new Condition(new Lock()),
    event: new Event(),
    flag: new Value('i32', 0),
    latch: new Latch(1),
    lock: new Lock(),
    rlock: new RLock(),
    rwlock: new RWLock(),
    semaphore: new Semaphore(0),
  };
  const held = await shared.lock.acquire();
  const reading = await shared.rwlock.read();
  const thread = new Thread({ target: meet, args: [shared] }).start();
  shared.event.set();
  held.release();
  reading.release();
  shared.semaphore.release();
  await shared.condition.run(() => shared.condition.waitFor(() => shared.flag.value === 1));
  await shared.barrier.wait();
  await shared.latch.wait();
  await thread.result;
  await shared.rlock.run(() => shared.rlock.run(() => undefined));
  await assert.rejects(new Event().wait({ timeout: 5 }), { name: 'TimeoutError' });
}

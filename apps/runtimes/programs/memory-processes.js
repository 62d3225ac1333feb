// Memory, a lock and a queue of scope 'processes', with a process.
import assert from 'node:assert/strict';
import { isMain, Lock, Process, Queue, task, Value } from 'manycore';

export const count = task(import.meta.url, 'count', async (value, lock, queue) => {
  for (let i = 0; i < 100; i += 1) {
    const guard = await lock.acquire();
    value.value += 1;
    guard.release();
  }
  queue.putSync({ done: true });
});

if (isMain(import.meta)) {
  const scope = 'processes';
  const value = new Value('i32', 5, { scope });
  const lock = new Lock({ scope });
  const queue = new Queue({ scope });
  const child = new Process({ target: count, args: [value, lock, queue] }).start();
  assert.deepEqual(await queue.get(), { done: true });
  await child.result;
  await child.join();
  assert.equal(value.value, 105);
}

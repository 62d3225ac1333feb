// Two threads count in a value and an array that they share.
import assert from 'node:assert/strict';
import { isMain, SharedArray, task, Thread, Value } from 'manycore';

export const count = task(import.meta.url, 'count', async (value, array, times) => {
  for (let i = 0; i < times; i += 1) {
    if (i % 2 === 0) value.updateSync((n) => n + 1);
    else await value.update((n) => n + 1);
    await array.update(0, (n) => n + 1);
  }
});

if (isMain(import.meta)) {
  const value = new Value('i32', 0);
  const array = new SharedArray('f64', [0, 7]);
  const threads = [1, 2].map(() => new Thread({ target: count, args: [value, array, 200] }).start());
  await Promise.all(threads.map((thread) => thread.result));
  assert.equal(value.value, 400);
  assert.deepEqual([...array], [400, 7]);
}

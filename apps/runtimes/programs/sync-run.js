// `run` of locks that belong to a task: nested, and with a condition.
import assert from 'node:assert/strict';
import { Condition, RLock, Value } from 'manycore';

const rlock = new RLock();
const order = [];
const first = rlock.run(async () => {
  await rlock.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
  order.push(1);
});
const second = rlock.run(() => order.push(2));
await Promise.all([first, second]);
assert.deepEqual(order, [1, 2]);
assert.equal(rlock.locked, false);

const value = new Value('i32', 0);
await value.lock.run(() => value.lock.run(() => (value.value = 3)));
assert.equal(value.value, 3);

const condition = new Condition();
const waiting = condition.run(() => condition.waitFor(() => value.value === 4));
await condition.run(() => {
  value.value = 4;
  condition.notifyAll();
});
await waiting;

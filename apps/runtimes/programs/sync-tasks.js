// Locks that belong to a task, which keeps them over its awaits.
import assert from 'node:assert/strict';
import { Condition, RLock, Value } from 'manycore';

const rlock = new RLock();
const outer = await rlock.acquire();
const inner = await rlock.acquire();
inner.release();
outer.release();
assert.equal(rlock.locked, false);

const value = new Value('i32', 1);
const guard = await value.lock.acquire();
guard.release();

const condition = new Condition();
await condition.run(() => condition.waitFor(() => true));

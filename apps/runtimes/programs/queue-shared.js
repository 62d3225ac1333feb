// A handle and shared memory pass through a queue.
import assert from 'node:assert/strict';
import { Queue, Value } from 'manycore';

const queue = new Queue();
const value = new Value('i32', 5);
const bytes = new Uint8Array(new SharedArrayBuffer(8));
await queue.put({ value, bytes });
const arrived = await queue.get();
await arrived.value.update((n) => n + 1);
arrived.bytes[0] = 7;
assert.equal(value.value, 6);
assert.equal(bytes[0], 7);

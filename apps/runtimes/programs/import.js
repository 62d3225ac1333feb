// The whole library is imported, and the program knows that it is the one that was started.
import assert from 'node:assert/strict';
import * as manycore from 'manycore';

const { isMain, Lock, Process, ProcessPool, Queue, Thread, ThreadPool } = manycore;
for (const Class of [Lock, Process, ProcessPool, Queue, Thread, ThreadPool]) {
  assert.equal(typeof Class, 'function');
}
assert.equal(isMain(import.meta), true);

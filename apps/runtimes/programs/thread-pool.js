// A pool of threads: apply, map, imap, submit, errors, and a worker that dies.
import assert from 'node:assert/strict';
import { isMain, tasks, ThreadPool, WorkerDiedError } from 'manycore';

export const { square, fail, leave } = tasks(import.meta.url, {
  square: (n) => n * n,
  fail: () => {
    throw new RangeError('too far');
  },
  leave: () => process.exit(3),
});

if (isMain(import.meta)) {
  const pool = new ThreadPool({ workers: 2 });
  assert.equal(await pool.apply(square, [12]), 144);
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  assert.deepEqual(await pool.map(square, numbers), numbers.map(square));
  const squares = [];
  for await (const n of pool.imap(square, numbers)) squares.push(n);
  assert.deepEqual(squares, numbers.map(square));
  assert.equal(await pool.submit(square, 3), 9);
  await assert.rejects(pool.apply(fail), RangeError);
  await assert.rejects(pool.apply(leave), WorkerDiedError);
  assert.equal(await pool.apply(square, [5]), 25);
  pool.close();
  await pool.join();
}

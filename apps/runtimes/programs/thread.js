// A thread runs a function registered by `task`; its result, its error and its end reach the program.
import assert from 'node:assert/strict';
import { isMain, task, Thread, WorkerDiedError } from 'manycore';

export const square = task(import.meta.url, 'square', (n) => n * n);
export const fail = task(import.meta.url, 'fail', () => {
  throw new RangeError('too far');
});
export const leave = task(import.meta.url, 'leave', () => process.exit(3));

if (isMain(import.meta)) {
  const thread = new Thread({ target: square, args: [12] }).start();
  assert.equal(await thread.result, 144);
  await thread.join();
  assert.equal(thread.isAlive(), false);

  const failing = new Thread({ target: fail }).start();
  await assert.rejects(failing.result, (error) => error instanceof RangeError && error.message === 'too far');

  const leaving = new Thread({ target: leave }).start();
  await assert.rejects(leaving.result, WorkerDiedError);
  await leaving.join();
}

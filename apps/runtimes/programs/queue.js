// Values, handles and typed arrays pass through every queue and a pipe, to a thread and back.
import assert from 'node:assert/strict';
import { isMain, JoinableQueue, LifoQueue, pipe, PriorityQueue, Queue, task, Thread } from 'manycore';

export const echo = task(import.meta.url, 'echo', async (queues, end) => {
  const { plain, joinable, results } = queues;
  for (const value of plain) results.putSync(value);
  for await (const value of joinable) {
    await results.put(value);
    joinable.taskDone();
  }
  await end.send(await end.recv());
});

if (isMain(import.meta)) {
  const queues = { plain: new Queue({ maxSize: 4 }), joinable: new JoinableQueue(), results: new Queue() };
  const [end, other] = pipe();
  const thread = new Thread({ target: echo, args: [queues, other] }).start();
  const sent = [1, 'two', { three: [3n, null, undefined] }, new Uint8Array([1, 2]), new Map([['a', new Date(5)]]), 'ü€😀'];
  for (const value of sent) await queues.plain.put(value);
  queues.plain.close();
  for (const value of sent) assert.deepEqual(await queues.results.get(), value);
  await queues.joinable.put({ deep: { text: 'x'.repeat(100_000) } });
  await queues.joinable.join();
  queues.joinable.close();
  assert.equal((await queues.results.get()).deep.text.length, 100_000);
  await end.send({ over: 'pipe' });
  assert.deepEqual(await end.recv(), { over: 'pipe' });
  await thread.result;

  const stack = new LifoQueue();
  const ranked = new PriorityQueue();
  for (const n of [1, 3, 2]) {
    await stack.put(n);
    await ranked.put([n, `n${n}`]);
  }
  assert.equal(await stack.get(), 2);
  assert.deepEqual(await ranked.get(), [1, 'n1']);
}

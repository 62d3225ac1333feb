// Who threads are, to themselves and to each other.
import { expectNoLeaks, shortDelay } from '@manycore/testing';
import { activeThreads, currentThread, mainThread, Thread } from '@manycore/thread';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { introduce, nest, sleep } from './fixtures/work.mjs';

expectNoLeaks();

const main = { name: 'MainThread', daemon: false, id: 0, alive: true };

test('the main thread', () => {
  const { name, daemon, id } = currentThread();
  expect({ name, daemon, id, alive: currentThread().isAlive() }).toEqual(main);
  expect(mainThread()).toBe(currentThread());
  expect(activeThreads().map(({ name }) => name)).toEqual(['MainThread']);
});

test('a thread, seen from inside and outside', async () => {
  const thread = new Thread({ target: introduce, name: 'baker', daemon: true });
  expect(thread.id).toBeUndefined();
  thread.start();
  const { id } = thread;
  expect(id).toBeGreaterThan(0);
  expect(activeThreads().map((active) => [active.name, active.daemon, active.id])).toEqual([
    ['MainThread', false, 0],
    ['baker', true, id],
  ]);
  const baker = { name: 'baker', daemon: true, id, alive: true };
  expect(await thread.result).toEqual({ current: baker, main, active: [main, baker], isMain: false });
  await thread.join();
  expect(thread.id).toBe(id);
  expect(activeThreads()).toHaveLength(1);
});

test('an active thread that has ended says so', async () => {
  const thread = new Thread({ target: sleep, args: [shortDelay] }).start();
  const [, active] = activeThreads();
  expect(active?.isAlive()).toBe(true);
  await thread.join();
  expect(active?.isAlive()).toBe(false);
});

test('threads of threads', async () => {
  const names = await new Thread({ target: nest, args: [2], name: 'a' }).start().result;
  expect(names).toEqual([
    ...['MainThread', 'a', 'a.2'],
    ...['MainThread', 'a.2', 'a.2.1'],
    'a.2.1',
  ]);
});

test("a worker of the program's own", async () => {
  const code = `import { parentPort, threadId } from 'node:worker_threads';
    const { currentThread } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
    parentPort.postMessage([currentThread().name === 'Worker-' + threadId, currentThread().daemon]);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  expect(await new Promise((resolve) => worker.once('message', resolve))).toEqual([true, false]);
  await exited;
});

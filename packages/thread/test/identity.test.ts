// The identity of threads, as they and other threads see it.
import { expectNoLeaks, shortDelay } from '@manycore/testing';
import { activeThreads, currentThread, mainThread, Thread, Timer } from '@manycore/thread';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { add, daemons, exit, introduce, lookAtItself, nest, sleep } from './fixtures/work.mjs';

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

describe('the same objects at each call', () => {
  test('in the main thread, with the threads that it started', async () => {
    expect(currentThread()).toBe(currentThread());
    const threads = [1, 2, 3].map(() => new Thread({ target: sleep, args: [shortDelay] }).start());
    const timer = new Timer(0, sleep, { args: [shortDelay] }).start();
    expect(activeThreads()).toHaveLength(5);
    for (const [index, thread] of [mainThread(), ...threads, timer].entries()) {
      expect(activeThreads()[index]).toBe(thread);
    }
    // Python's way to wait for all threads.
    for (const thread of activeThreads()) if (thread !== currentThread()) await thread.join();
    expect(threads.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(activeThreads()).toEqual([mainThread()]);
  });

  test('in a thread', async () => {
    const thread = new Thread({ target: lookAtItself, name: 'baker' }).start();
    expect(await thread.result).toEqual({
      same: true,
      listed: true,
      shown: [
        `ThreadInfo { name: 'baker', id: ${thread.id}, state: 'running', daemon: false }`,
        `ThreadInfo { name: 'MainThread', id: 0, state: 'running', daemon: false }`,
      ],
      refusals: [
        ['MANYCORE_DEADLOCK', expect.stringContaining('baker is the current thread')],
        ['MANYCORE_DEADLOCK', expect.stringContaining('MainThread ends last')],
      ],
    });
    await thread.join();
  });

  test('a thread cannot join itself', async () => {
    await expect(currentThread().join()).rejects.toMatchObject({ code: 'MANYCORE_DEADLOCK' });
    expect(() => mainThread().joinSync()).toThrow('MainThread is the current thread');
    expect(() => mainThread().joinSync({ timeout: -1 })).toThrow(RangeError);
  });
});

test("a daemon's threads are daemons, unless told otherwise", async () => {
  const results = [false, true].map(async (daemon) => {
    const thread = new Thread({ target: daemons, daemon }).start();
    const seen = await thread.result;
    await thread.join();
    return seen;
  });
  expect(await Promise.all(results)).toEqual([
    [false, false, false, true],
    [true, true, false, true],
  ]);
});

test('console.log shows the state', async () => {
  const thread = new Thread({ target: exit, args: [3], name: 'leaver' });
  expect(inspect(thread)).toBe(`Thread { name: 'leaver', state: 'start', daemon: false }`);
  thread.start();
  expect(inspect(thread)).toMatch(
    /^Thread \{ name: 'leaver', id: \d+, state: '(ready|running|waiting)', daemon: false \}$/,
  );
  await thread.join();
  expect(inspect(thread)).toBe(
    `Thread {\n  name: 'leaver',\n  id: ${thread.id},\n  state: 'done',\n  exitCode: 3,\n  daemon: false\n}`,
  );
  expect(inspect({ deep: { thread } }, { depth: 1 })).toBe('{ deep: { thread: [Thread] } }');
  const timer = new Timer(5000, add, { args: [1, 2], name: 'late' });
  expect(inspect(timer)).toBe(`Timer { name: 'late', state: 'start', daemon: false, delay: 5000 }`);
  class Named extends Thread<typeof add> {
    readonly colour = 'red';
  }
  const named = new Named({ target: add, args: [1, 2], name: 'mine', daemon: true });
  expect(inspect(named)).toBe(
    `Named { name: 'mine', state: 'start', daemon: true, colour: 'red' }`,
  );
  expect(inspect(Object.create(Thread.prototype))).toBe('Thread {}');
  expect(() => inspect(new Proxy(thread, {}))).not.toThrow();
});

test.each(['5', null, 5n, {}])('a timer refuses a delay that is no number: %s', (delay) => {
  expect(() => new Timer(delay as never, add, { args: [1, 2] })).toThrow(
    'the delay must be a number of milliseconds',
  );
});

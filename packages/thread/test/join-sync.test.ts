// Blocking for a thread, and what can be seen of it in the meantime without the event loop.
import { expectNoLeaks, portable, repeat, shortDelay, smallDelay } from '@manycore/testing';
import { Thread } from '@manycore/thread';
import { describe, expect, test } from 'vitest';
import { add, exit, fail, fillMemory, sleep, stay } from './fixtures/work.mjs';

expectNoLeaks();

const flag = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

/** A thread whose target is running. */
function running(how: 'spinning' | 'blocked' | 'sleeping'): Thread<typeof stay> {
  const isRunning = flag();
  const thread = new Thread({ target: stay, args: [isRunning, how] }).start();
  Atomics.wait(isRunning, 0, 0);
  return thread;
}

test('blocks until the thread is done; all is known at once, the result with the event loop', async () => {
  const thread = new Thread({ target: add, args: [2, 3] }).start();
  thread.joinSync();
  expect(thread.isAlive()).toBe(false);
  expect(thread.state).toBe('done');
  expect(thread.exitCode).toBe(0);
  expect(await thread.result).toBe(5);
  await thread.join();
  thread.joinSync();
});

test.each([
  ['an exception', fail, [], 1],
  ['process.exit(3)', exit, [3], 3],
] as const)('exit code after %s', async (_, target, args, code) => {
  const thread = new Thread({ target: target as () => void, args: args as never }).start();
  thread.joinSync();
  expect(thread.exitCode).toBe(code);
  await thread.join();
  expect(thread.exitCode).toBe(code);
});

test('a timeout', async () => {
  const thread = new Thread({ target: sleep, args: [smallDelay] }).start();
  expect(() => thread.joinSync({ timeout: shortDelay })).toThrow(
    `${thread.name} was not done within ${shortDelay} ms`,
  );
  expect(() => thread.joinSync({ timeout: 0 })).toThrow(/was not done within 0 ms/);
  expect(thread.isAlive()).toBe(true);
  thread.joinSync({ timeout: Infinity });
  thread.joinSync({ timeout: 0 });
  await thread.join();
});

test('before start, and with a wrong timeout', () => {
  const thread = new Thread({ target: add, args: [1, 2] });
  expect(() => thread.joinSync()).toThrow(
    expect.objectContaining({ code: 'MANYCORE_NOT_STARTED' }) as Error,
  );
  expect(() => thread.joinSync({ timeout: -1 })).toThrow(RangeError);
});

describe('threads that end without reporting it', () => {
  test.each(['spinning', 'blocked', 'sleeping'] as const)('terminated while %s', async (how) => {
    const thread = running(how);
    thread.terminate();
    thread.joinSync();
    expect(thread.exitCode).toBe(1);
    await expect(thread.result).rejects.toMatchObject({ name: 'WorkerDiedError', exitCode: 1 });
  });

  test(
    'terminated at some moment of its start',
    repeat(
      async (round) => {
        const thread = new Thread({ target: sleep, args: [3_600_000] }).start();
        // From at once to when its target runs.
        Atomics.wait(flag(), 0, 0, (round * 7) % 45);
        thread.terminate();
        thread.joinSync();
        expect(thread.exitCode).toBe(1);
        expect(thread.isAlive()).toBe(false);
        await thread.join();
        expect(thread.exitCode).toBe(1);
      },
      { times: 8 },
    ),
  );

  test.each([
    ['while it runs', 32],
    ['while it starts', 4],
  ])('out of memory %s', async (_, megabytes) => {
    const thread = new Thread({
      target: fillMemory,
      resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 1 },
    }).start();
    thread.joinSync();
    expect(thread.exitCode).toBe(1);
    await expect(thread.result).rejects.toMatchObject({
      name: 'WorkerDiedError',
      exitCode: 1,
      message: expect.stringContaining('JS heap out of memory') as string,
      cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
    });
  });
});

test('states', async () => {
  const thread = new Thread({ target: sleep, args: [1] });
  expect(thread.state).toBe('start');
  thread.start();
  expect(thread.state).toBe('ready');
  thread.joinSync();
  expect(thread.state).toBe('done');
  await thread.join();

  const blocked = running('blocked');
  // Only Linux tells what a thread waits for.
  while (blocked.state !== (portable ? 'running' : 'waiting'));
  blocked.terminate();
  await blocked.join();

  const spinning = running('spinning');
  // Even a busy thread waits now and then, for memory or the compiler.
  while (!['running', 'ready'].includes(spinning.state));
  spinning.terminate();
  expect(spinning.isAlive()).toBe(true);
  await spinning.join();
  expect(spinning.state).toBe('done');
});

describe('an exit code that was seen stays, and so does the result', () => {
  test(
    'when the thread is terminated afterwards',
    repeat(async () => {
      const thread = new Thread({ target: add, args: [2, 3] }).start();
      thread.joinSync();
      expect([thread.isAlive(), thread.exitCode]).toEqual([false, 0]);
      thread.terminate();
      await thread.join();
      expect([await thread.result, thread.exitCode]).toEqual([5, 0]);
    }),
  );

  test(
    'when its signal is aborted afterwards',
    repeat(async () => {
      const abort = new AbortController();
      const thread = new Thread({ target: add, args: [2, 3], signal: abort.signal }).start();
      thread.joinSync();
      abort.abort();
      await thread.join();
      expect([await thread.result, thread.exitCode]).toEqual([5, 0]);
    }),
  );
});

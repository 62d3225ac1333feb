import {
  move,
  type Pool,
  PoolClosedError,
  PoolTerminatedError,
  TimeoutError,
  WorkerDiedError,
} from '@manycore/pool';
import { expectNoLeaks, repeatRounds, smallDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as hostile from './fixtures/hostile.mjs';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

/** An argument that does something when it is read. */
function trap(spring: () => unknown): object {
  return {
    get value() {
      return spring();
    },
  };
}

function boom(): never {
  throw new RangeError('boom');
}

/** The warnings that Node prints while `body` runs. */
async function warningsOf(body: () => Promise<unknown>): Promise<Error[]> {
  const warnings: Error[] = [];
  const listener = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listener);
  await body();
  // Warnings are emitted in a later tick.
  await work.sleep(1);
  process.off('warning', listener);
  return warnings;
}

/** What two calls with the same moved memory return or throw; either may be sent first, by two workers. */
async function transferTwice(pool: Pool, memory: Float64Array): Promise<unknown[]> {
  const calls = [pool.apply(hostile.lengthOf, [move(memory)]), pool.apply(hostile.lengthOf, [move(memory)])];
  const text = 'was transferred before';
  const ends = calls.map(async (call) =>
    call.catch((error: unknown) => (String(error).includes(text) ? text : error)),
  );
  return (await Promise.all(ends)).sort();
}

describe.each(poolKindsAndTransports)('%s: hostile callers', (name, make) => {
  test('arguments and results that throw when they are read are refused', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const readText = 'a getter that threw: RangeError: boom';
      await expect(pool.apply(work.same, [trap(boom)])).rejects.toThrow(`args[0].value`);
      await expect(pool.map(work.same, [1, trap(boom)])).rejects.toThrow(readText);
      await expect(pool.imap(work.same, [trap(boom)]).next()).rejects.toThrow(readText);
      const proxy = new Proxy({}, { ownKeys: boom });
      await expect(pool.apply(work.same, [proxy])).rejects.toThrow('boom');
      await expect(pool.apply(hostile.badGetter)).rejects.toThrow('result.value');
      await expect(pool.map(hostile.badGetter, [1])).rejects.toThrow('results[0].value');
      await expect(pool.apply(hostile.badThenable)).rejects.toThrow('then');
      await expect(pool.map(hostile.badThenable, [1])).rejects.toThrow('then');
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('a task that was moved to a worker that dies is not run again: it ends with that death', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const bytes = (): Uint8Array => move(new Uint8Array([1, 2, 3]));
      // In a process what is moved is copied: there it can be run again.
      const moves = name === 'ThreadPool';
      const died = await errorOf(pool.apply(hostile.exitFirst, [bytes(), 99], { retries: 2 }));
      expect(died).toBeInstanceOf(WorkerDiedError);
      if (moves) expect(died.message).toContain('its arguments were moved to that worker');
      expect(pool.stats().tasks.retried).toBe(moves ? 0 : 2);

      const threw = await errorOf(pool.apply(hostile.throwFirst, [bytes(), 99], { retries: 2 }));
      expect(threw).toMatchObject({ name: 'RangeError', message: 'attempt failed' });

      const second = await pool
        .apply(hostile.exitFirst, [bytes(), 1], { retries: 2 })
        .catch((error: unknown) => error);
      if (moves) expect(second).toBeInstanceOf(WorkerDiedError);
      else expect(second).toBe(3);
      const chunk = await errorOf(pool.map(hostile.exitAlways, [bytes(), bytes()], { chunkSize: 2, retries: 1 }));
      expect(chunk).toBeInstanceOf(WorkerDiedError);
      expect(await pool.apply(hostile.exitFirst, [new Uint8Array(3), 1], { retries: 2 })).toBe(3);
    });
  });

  test('memory is transferred once', async () => {
    const samples = move(new Float64Array([1, 2, 3]));
    const options = { workers: 2, initializer: hostile.initialise, initArgs: [samples] };
    await withPool(make(options), async (pool) => {
      // Each worker has its copy; what was moved is still here.
      expect(await pool.map(hostile.lengthOfInitialised, [1, 2, 3, 4])).toEqual([3, 3, 3, 3]);
      expect(pool.applySync(hostile.lengthOfInitialised, [1])).toBe(3);
      expect(samples).toHaveLength(3);
      const expected = name === 'ThreadPool' ? [3, 'was transferred before'] : [3, 3];
      expect(await transferTwice(pool, samples)).toEqual(expected);
      // The same when both wait: the first takes the mark, and the memory, of both.
      const others = [20, 20].map((ms) => pool.applyAsync(work.sleep, [ms]));
      expect(await transferTwice(pool, new Float64Array(3))).toEqual(expected);
      await Promise.all(others);
    });
  });

  test('anything that can be thrown arrives', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      expect(await pool.applyAsync(hostile.throwUndefined).get().catch((error: unknown) => [error])).toEqual([
        undefined,
      ]);
      expect(await pool.apply(hostile.rejectNull).catch((error: unknown) => [error])).toEqual([null]);
      await expect(pool.apply(hostile.throwFunction)).rejects.toThrow('error cannot be sent');
    });
  });

  test('reading an argument may abort its call, resize the pool, or call it', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
      await pool.apply(work.nothing);
      const controller = new AbortController();
      const { signal } = controller;
      const aborting = trap(() => controller.abort(new Error('meanwhile')));
      await expect(pool.apply(hostile.never, [aborting], { signal })).rejects.toThrow('meanwhile');
      let inner: Promise<number> | undefined;
      await pool.apply(work.same, [trap(() => void (inner = pool.apply(work.square, [3])))]);
      expect(await inner).toBe(9);
      await pool.apply(work.same, [trap(() => pool.resize({ workers: 2 }))]);
      expect(await pool.map(work.square, [1, 2, 3])).toEqual([1, 4, 9]);
    });
  });

  test('reading an argument may end the pool', async () => {
    const closed = make({ workers: 1 });
    expect(await closed.apply(work.same, [trap(() => closed.close())])).toEqual({ value: undefined });
    await closed.join();
    const terminated = make({ workers: 1 });
    await terminated.apply(work.nothing);
    const ended = terminated.apply(work.same, [trap(() => void terminated.terminate())]);
    await expect(ended).rejects.toThrow(PoolTerminatedError);
    await terminated.join();
  });

  test('a blocking call whose argument ends the pool is refused', async () => {
    const ends: ((pool: Pool) => unknown)[] = [(pool) => pool.close(), (pool) => void pool.terminate()];
    for (const end of ends) {
      for (const isUsed of [false, true]) {
        const pool = make({ workers: 1 });
        if (isUsed) pool.applySync(work.nothing);
        expect(() => pool.applySync(work.same, [trap(() => end(pool))])).toThrow(PoolClosedError);
        await pool.join();
      }
    }
  });

  test('one signal for ten thousand calls, and ten thousand waits', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const stop = new AbortController();
      const { signal } = stop;
      const warnings = await warningsOf(async () => {
        const calls = Array.from({ length: 10_000 }, () =>
          errorOf(pool.apply(work.sleep, [60_000], { signal })),
        );
        const future = pool.submit(work.square, 3);
        const waits = Array.from({ length: 10_000 }, () => errorOf(future.result({ signal })));
        stop.abort(new Error('enough'));
        const errors = new Set(await Promise.all([...calls, ...waits]));
        expect([...errors]).toEqual([signal.reason]);
        expect(await future).toBe(9);
      });
      expect(warnings).toEqual([]);
    });
  });

  test('a huge message passes in both directions', { timeout: 60_000 }, async () => {
    // `REPEAT=5` for 100 MB; more is beyond the longest string.
    const size = Math.min(repeatRounds ?? 1, 5) * 20_000_000;
    await withPool(make({ workers: 1 }), async (pool) => {
      expect(await pool.apply(hostile.lengthOf, ['x'.repeat(size)])).toBe(size);
      expect(await pool.apply(hostile.lengthOf, [new Uint8Array(size)])).toBe(size);
      expect(await pool.apply(hostile.longText, [size])).toHaveLength(size);
      expect(pool.applySync(hostile.longText, [size])).toHaveLength(size);
    });
  });

  test('a worker that exits right after its result fails no task', async () => {
    // Without rings: Node leaves a file open when a thread exits that loads it, and one may exit while it loads theirs.
    await withPool(make({ workers: 2, transport: 'messages' }), async (pool) => {
      const moments = ['tick', 'immediate', 'timer'] as const;
      const calls = moments.flatMap((moment) =>
        [1, 2, 3].map(() => pool.apply(hostile.exitAfter, [moment], { retries: 1 })),
      );
      expect(await Promise.all(calls)).toEqual(moments.flatMap((moment) => [moment, moment, moment]));
      // Of the same module, for the same reason.
      expect(await pool.apply(hostile.lengthOf, ['abc'], { retries: 1 })).toBe(3);
    });
  });

  test('a module may exit, hang or spin while it is loaded', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
      const load = (how: string): { module: URL; name: string } => ({
        module: new URL(`./fixtures/bad-modules/${how}.mjs`, import.meta.url),
        name: 'work',
      });
      const timeout = smallDelay;
      expect(await errorOf(pool.apply(load('exits')))).toMatchObject({ exitCode: 6 });
      await expect(pool.apply(load('hangs'), [], { timeout })).rejects.toThrow(TimeoutError);
      await expect(pool.apply(load('spins'), [], { timeout })).rejects.toThrow(TimeoutError);
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  if (name === 'ProcessPool') {
    test('a process may be stopped, or break its channel', async () => {
      await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
        await expect(pool.apply(hostile.stopItself, [], { timeout: smallDelay })).rejects.toThrow(
          TimeoutError,
        );
        await expect(pool.apply(hostile.disconnect)).rejects.toThrow(WorkerDiedError);
        await expect(pool.apply(hostile.disconnectDeaf)).rejects.toThrow(WorkerDiedError);
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    });
  }
});

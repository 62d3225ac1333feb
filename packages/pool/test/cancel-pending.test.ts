// close({ cancelPending: true }): Python's shutdown(cancel_futures=True).
import { type CallOptions, CancelledError, type Pool, wait } from '@manycore/pool';
import { expectNoLeaks, mediumDelay, repeat, shortDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKindsAndTransports, startSharing } from './pool-kinds.js';
import { drain, Endless } from './stream-kit.js';

expectNoLeaks({ prepare: startSharing });

/** Cancels what is pending; resolves when the pool is gone. */
async function cancel(pool: Pool): Promise<void> {
  pool.close({ cancelPending: true });
  await pool.join();
  expect(pool.stats().workers.live).toBe(0);
}

describe.each(poolKindsAndTransports)('%s: close with cancelPending', (_name, make) => {
  test('waiting tasks are cancelled at once, running ones are finished', async () => {
    const pool = make({ workers: 1 });
    const running = pool.submit(work.sleep, mediumDelay);
    await until(() => running.running());
    const future = pool.submit(work.square, 3);
    const others: PromiseLike<unknown>[] = [
      pool.apply(work.square, [1]),
      pool.applyAsync(work.square, [1]),
      pool.map(work.square, [1, 2, 3], { chunkSize: 1 }),
      pool.mapAsync(work.square, [1, 2, 3]),
      pool.starmap(work.add, [[1, 2]]),
    ];
    const errors = Promise.all(others.map(errorOf));
    pool.close({ cancelPending: true });
    expect([future.cancelled(), future.done(), future.cancel(), running.cancel()]).toEqual([
      true, true, true, false,
    ]);
    for (const error of await errors) expect(error).toBeInstanceOf(CancelledError);
    await expect(future).rejects.toThrow('`square` was cancelled before it ran');
    await expect(future.exception()).rejects.toThrow(CancelledError);
    expect(await running).toBe(mediumDelay);
    await pool.join();
    expect(pool.stats().tasks).toMatchObject({ succeeded: 1, waiting: 0, running: 0 });
  });

  test('a second close may add it; after all else it changes nothing', async () => {
    const pool = make({ workers: 1 });
    const running = pool.submit(work.sleep, mediumDelay);
    await until(() => running.running());
    const future = pool.submit(work.square, 3);
    pool.close();
    pool.close();
    expect(future.cancelled()).toBe(false);
    await cancel(pool);
    expect(future.cancelled()).toBe(true);
    expect(await running).toBe(mediumDelay);
    pool.close({ cancelPending: true });
    await pool.terminate();
    pool.close({ cancelPending: true });
    await pool.join();
  });

  test('it reaches calls whose tasks are not all submitted', async () => {
    const pool = make({ workers: 1, maxQueue: 1 });
    const items = Array.from({ length: 50 }, (_, index) => index);
    const endless = new Endless();
    const stuck = new Endless();
    const calls = [
      pool.map(work.sleep, items, { chunkSize: 1 }),
      pool.map(work.square, endless.async()),
      pool.map(work.square, stuck.stuck()),
    ].map(errorOf);
    const input = new Endless();
    const results = pool.imap(work.square, input.sync());
    await until(() => pool.stats().tasks.succeeded >= 2);
    await cancel(pool);
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(CancelledError);
    expect([stuck.closed, input.closed]).toEqual([true, true]);
    const seen = await drain(results);
    expect(seen.at(-1)).toBe('!CancelledError');
    expect(seen.slice(0, -1)).toEqual(seen.slice(0, -1).map((_, index) => (index + 1) ** 2));
    await until(() => endless.closed);
  });

  test('while the initializer runs: nothing was begun, so all is cancelled', async () => {
    const pool = make({ workers: 2, initializer: work.sleep, initArgs: [shortDelay] });
    const futures = Array.from({ length: 5 }, () => pool.submit(work.square, 2));
    await cancel(pool);
    expect(futures.every((future) => future.cancelled())).toBe(true);
    const hanging = make({ workers: 1, initializer: work.hangToInitialise });
    const future = hanging.submit(work.square, 2);
    await until(() => hanging.stats().workers.starting === 1);
    await cancel(hanging);
    expect(future.cancelled()).toBe(true);
  });

  test('at any moment each call is done or cancelled', repeat(async (round) => {
    const pool = make({ workers: 2 });
    const futures = Array.from({ length: 40 }, (_, index) => pool.submit(work.sleep, index % 3));
    await work.sleep((round * 7) % 60);
    await cancel(pool);
    for (const future of futures) {
      expect(future.done()).toBe(true);
      if (future.cancelled()) await expect(future.result()).rejects.toThrow(CancelledError);
      else expect(await future.result()).toBeLessThan(3);
    }
  }));

  test('a hundred thousand futures', { timeout: 120_000 }, async () => {
    const pool = make({ workers: 1 });
    const first = pool.submit(work.sleep, mediumDelay);
    await until(() => first.running());
    const futures = Array.from({ length: 100_000 }, () => pool.submit(work.square, 2));
    await cancel(pool);
    const { done, notDone } = await wait(futures);
    expect([done.size, notDone.size]).toEqual([100_000, 0]);
    expect(futures.every((future) => future.cancelled())).toBe(true);
  });

  test('an input may cancel what reads it', async () => {
    const pool = make({ workers: 1 });
    const items = function* (): Generator<number> {
      yield 1;
      pool.close({ cancelPending: true });
      yield 2;
    };
    expect(await errorOf(pool.map(work.square, items()))).toBeInstanceOf(CancelledError);
    await pool.join();
  });

  test('a cancelled call is no exception to wait', async () => {
    const pool = make({ workers: 1 });
    const running = pool.submit(work.sleep, mediumDelay);
    await until(() => running.running());
    const failing = pool.submit(work.throwCancelled);
    const cancelled = pool.submit(work.square, 1);
    cancelled.cancel();
    const first = await wait([running, cancelled], { returnWhen: 'FIRST_EXCEPTION' });
    expect(first.done).toEqual(new Set([running, cancelled]));
    // A CancelledError that the function itself throws is one.
    const slow = pool.submit(work.sleep, shortDelay);
    const second = await wait([failing, slow], { returnWhen: 'FIRST_EXCEPTION' });
    expect([...second.done]).toContain(failing);
    expect([failing.cancelled(), await failing.exception()]).toEqual([false, expect.any(Error)]);
    const any = await wait([cancelled, slow], { returnWhen: 'FIRST_COMPLETED' });
    expect(any.done).toContain(cancelled);
    await pool[Symbol.asyncDispose]();
  });

  test('options that cannot be used are named, by a throw or a rejection as for any argument', async () => {
    const pool = make({ workers: 1 });
    expect(() => pool.close({ cancelPending: 1 as never })).toThrow(
      'cancelPending must be true or false, not number',
    );
    expect(() => pool.close(true as never)).toThrow(
      'options must be an object such as { cancelPending: true }, not boolean true',
    );
    expect(() => make(4 as never)).toThrow('options must be an object such as { workers: 4 }, not number 4');
    // Python's chunk size.
    await expect(pool.map(work.square, [1], 4 as never)).rejects.toThrow('options must be an object');
    await expect(pool.apply(work.square, [1], null as never)).rejects.toThrow('not null');
    const future = pool.submit(work.square, 3);
    const wrong: CallOptions[] = [{ timeout: -1 }, { timeout: Number.NaN }, { signal: 5 as never }];
    for (const options of wrong) {
      await expect(future.result(options)).rejects.toThrow(/timeout|signal/);
      await expect(future.exception(options)).rejects.toThrow(/timeout|signal/);
      await expect(pool.applyAsync(work.square, [1]).get(options)).rejects.toThrow(/timeout|signal/);
      await expect(pool.join(options)).rejects.toThrow();
    }
    const aborted = { signal: AbortSignal.abort(new Error('before')) };
    const early = pool.submitWith(aborted, work.square, 3);
    expect([early.done(), early.cancel(), early.cancelled(), early.running()]).toEqual([
      true, false, false, false,
    ]);
    expect(await early.exception()).toMatchObject({ message: 'before' });
    expect(await future).toBe(9);
    await cancel(pool);
  });
});

// What console.log shows.
import { inspect } from 'node:util';
import { expectNoLeaks, mediumDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { poolKinds, startSharing } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKinds)('%s: inspection', (name, make) => {
  test('a pool shows its state', async () => {
    const pool = make({ workers: 2, name: 'p' });
    expect(inspect(pool, { breakLength: Infinity })).toBe(
      `${name} { name: 'p', state: 'running', workers: 2, started: 0, waiting: 0, running: 0 }`,
    );
    const nap = pool.apply(work.sleep, [mediumDelay]);
    await until(() => inspect(pool).includes('running: 1'));
    pool.close();
    expect(inspect(pool)).toContain("state: 'closing'");
    await nap;
    await pool.join();
    expect(inspect(pool)).toContain("state: 'ended'");
    const terminated = make({ workers: 1, minWorkers: 1 });
    const end = terminated.terminate();
    expect(inspect(terminated)).toContain("state: 'terminating'");
    await end;
    const broken = make({ workers: 1, initializer: work.failToInitialise });
    await expect(broken.apply(work.square, [1])).rejects.toThrow();
    expect(inspect(broken)).toContain("state: 'broken'");
    await broken[Symbol.asyncDispose]();
  });

  test('a future shows its state as Python does, and its result', async () => {
    const pool = make({ workers: 1 });
    const future = pool.submit(work.sleep, mediumDelay);
    await until(() => future.running());
    const failed = pool.submit(work.fail, 'no');
    const cancelled = pool.submit(work.square, 3);
    cancelled.cancel();
    expect(inspect(future)).toBe("Future { target: 'sleep', state: 'running' }");
    expect(inspect(failed)).toBe("Future { target: 'fail', state: 'pending' }");
    expect(inspect(cancelled)).toBe("Future { target: 'square', state: 'cancelled' }");
    await failed.exception();
    expect(inspect(future)).toBe(
      `Future { target: 'sleep', state: 'finished', result: ${mediumDelay} }`,
    );
    expect(inspect(failed)).toContain("state: 'finished',\n  error: RangeError: no");
    expect(inspect({ a: { b: { c: future } } })).toContain('[Future]');
    await pool[Symbol.asyncDispose]();
  });

  test('an AsyncResult and an iterator of results', async () => {
    const pool = make({ workers: 1 });
    const result = pool.applyAsync(work.square, [3]);
    const failed = pool.mapAsync(work.failOnOdd, [1]);
    expect(inspect(result)).toBe("AsyncResult { target: 'square', ready: false }");
    await result;
    expect(inspect(result, { breakLength: Infinity })).toBe(
      "AsyncResult { target: 'square', ready: true, successful: true, result: 9 }",
    );
    await failed.wait();
    expect(inspect(failed)).toContain('successful: false,\n  error: RangeError: odd: 1');
    const results = pool.imap(work.square, [1, 2, 3]);
    expect(inspect(results, { breakLength: Infinity })).toMatch(/^ResultIterator \{ target: 'square', state: '\w+', read: \d, done: 0 \}$/);
    await results.return();
    expect(inspect(results)).toContain("state: 'ended'");
    await pool[Symbol.asyncDispose]();
  });
});

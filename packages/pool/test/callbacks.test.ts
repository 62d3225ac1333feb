// What a caller's own functions throw ends neither the program nor the other callbacks.
import { closeSync, openSync } from 'node:fs';
import { CallbackError, traceTo } from '@manycore/pool';
import { allowWarnings, expectNoLeaks, runProgram, until } from '@manycore/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as hostile from './fixtures/hostile.mjs';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });
allowWarnings(/CallbackError: /, /the trace .* ends here/);

let warnings: Error[] = [];
const listen = (warning: Error): void => void warnings.push(warning);
beforeEach(() => {
  warnings = [];
  process.on('warning', listen);
});
afterEach(() => {
  process.off('warning', listen);
});

function boom(): never {
  throw new RangeError('boom');
}

const boomLater = async (): Promise<never> => {
  await Promise.resolve();
  return boom();
};

describe.each(poolKinds)('%s: callbacks that fail', (_name, make) => {
  test.each([['throws', boom], ['rejects', boomLater]] as const)(
    'each channel reports one that %s in the same way, and the others are called',
    async (_how, fail) => {
      await withPool(make({ workers: 1 }), async (pool) => {
        const told: string[] = [];
        const future = pool.submit(work.square, 3);
        future.addDoneCallback(() => told.push('before'));
        future.addDoneCallback(fail);
        future.addDoneCallback(() => told.push('after'));
        expect(await future).toBe(9);
        await until(() => told.length === 2);
        expect(told).toEqual(['before', 'after']);

        expect(await pool.applyAsync(work.square, [2], { callback: fail })).toBe(4);
        const failed = pool.applyAsync(work.fail, ['no'], { errorCallback: fail });
        expect((await errorOf(failed)).message).toBe('no');
        expect(await pool.map(work.square, [1, 2], { onProgress: fail, chunkSize: 2 })).toEqual([1, 4]);
        for await (const result of pool.imap(work.square, [5], { onProgress: fail })) {
          expect(result).toBe(25);
        }
        await until(() => warnings.length === 5);
        expect(warnings.map(({ message }) => message)).toEqual([
          'done callback of `square` failed: RangeError: boom',
          'callback of `square` failed: RangeError: boom',
          'errorCallback of `fail` failed: RangeError: boom',
          'onProgress of `square` failed: RangeError: boom',
          'onProgress of `square` failed: RangeError: boom',
        ]);
        for (const warning of warnings) {
          expect(warning).toBeInstanceOf(CallbackError);
          expect(warning).toMatchObject({ code: 'MANYCORE_CALLBACK', name: 'CallbackError' });
          expect(warning.cause).toBeInstanceOf(RangeError);
        }
      });
    },
  );

  test('whatever a callback throws can be reported', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      const thrown: unknown[] = [
        undefined,
        null,
        Symbol('s'),
        Object.create(null),
        { toString: 5, valueOf: 5 },
        revoked.proxy,
        Object.defineProperty(new Error('x'), 'message', { get: boom }),
      ];
      const future = pool.submit(work.square, 3);
      for (const value of thrown) {
        future.addDoneCallback(() => {
          throw value;
        });
      }
      await future;
      await until(() => warnings.length === thrown.length);
      expect(warnings.every((warning) => warning instanceof CallbackError)).toBe(true);
      expect(() => future.addDoneCallback(5 as never)).toThrow('fn must be a function, not number');
    });
  });

  test('an option is read once', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      let reads = 0;
      const once = {
        get onProgress() {
          reads += 1;
          return reads === 1 ? () => undefined : (5 as never);
        },
      };
      expect(await pool.map(work.square, [1], once)).toEqual([1]);
      expect(reads).toBe(1);
      const twice = {
        get callback() {
          return (reads += 1) === 2 ? () => undefined : (5 as never);
        },
      };
      expect(await pool.applyAsync(work.square, [1], twice)).toBe(1);
    });
  });

  test('an initializer may throw anything', async () => {
    await withPool(make({ workers: 1, initializer: hostile.throwUnreadable }), async (pool) => {
      expect(await errorOf(pool.apply(work.square, [1]))).toMatchObject({ name: 'BrokenPoolError' });
    });
  });

  test('a trace that cannot be written ends, and nothing else fails', async () => {
    await withPool(make({ workers: 1, name: 'x'.repeat(70_000) }), async (pool) => {
      const trace = traceTo('/dev/full');
      expect(await pool.map(work.square, [1, 2, 3], { chunkSize: 1 })).toEqual([1, 4, 9]);
      await until(() => warnings.length === 1);
      expect(warnings[0]?.message).toMatch(/the trace \/dev\/full ends here: Error: ENOSPC/);
      trace.close();
      closeSync(openSync('/dev/full', 'w'));
    });
  });
});

test.each(['thread', 'process'])('a server with a %s pool survives its callbacks', async (kind) => {
  const server = new URL('./fixtures/programs/callbacks.mjs', import.meta.url);
  const { lines, stderr, exitCode } = await runProgram(server, { args: [kind], allowWarnings: true });
  expect({ lines, exitCode }).toEqual({ lines: ['4 RangeError: boom', 'served'], exitCode: 0 });
  // What was thrown is printed with its stack.
  expect(stderr).toContain('[MANYCORE_CALLBACK] CallbackError: callback of `square` failed');
  expect(stderr).toMatch(/RangeError: boom\n\s+at .*callbacks\.mjs/);
});

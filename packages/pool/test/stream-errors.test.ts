import { NotCloneableError, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, startSharing, withPool } from './pool-kinds.js';
import { drain, Endless } from './stream-kit.js';

expectNoLeaks({ prepare: startSharing });

const streams = ['imap', 'imapUnordered'] as const;

describe.each(poolKinds)('%s: errors of items', (_name, make) => {
  test.each(streams)('%s: next goes on after them, in chunks too', async (call) => {
    await withPool(make({ workers: 2 }), async (pool) => {
      for (const chunkSize of [1, 2, 3, 7]) {
        const results = pool[call](work.failOnOdd, [0, 1, 2, 3, 4, 5, 6], { chunkSize });
        const seen = await drain(results);
        const expected = [0, '!RangeError', 2, '!RangeError', 4, '!RangeError', 6];
        expect(call === 'imap' ? seen : seen.toSorted()).toEqual(
          call === 'imap' ? expected : expected.toSorted(),
        );
      }
    });
  });

  test('with settle, a loop goes on, and each item has its entry', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      for (const chunkSize of [1, 4]) {
        const seen: unknown[] = [];
        for await (const entry of pool.imap(work.failOnOdd, [0, 1, 2], { settle: true, chunkSize })) {
          seen.push(entry.status === 'fulfilled' ? entry.value : (entry.reason as Error).message);
        }
        expect(seen).toEqual([0, 'odd: 1', 2]);
      }
      const failing = (function* () {
        yield 1;
        throw new RangeError('of the input');
      })();
      const results = pool.imap(work.square, failing, { settle: true });
      expect((await results.next()).value).toEqual({ status: 'fulfilled', value: 1 });
      await expect(results.next()).rejects.toThrow('of the input');
      expect(() => pool.imap(work.square, [1], { settle: 1 as never })).toThrow(
        'settle must be true or false, not number',
      );
    });
  });

  test('each item has one result or one error, whatever its function does', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
      // Functions, a result that cannot be sent, and an argument that cannot.
      const unsendable = pool.imap(work.notCloneableOn3, [2, 3, 4, 3, 6], { chunkSize: 5 });
      expect(await drain(unsendable)).toEqual([2, '!NotCloneableError', 4, '!NotCloneableError', 6]);
      const again = pool.imap(work.notCloneableOn3, [2, 3, 4], { chunkSize: 3, settle: true });
      const entries: PromiseSettledResult<unknown>[] = [];
      for await (const entry of again) entries.push(entry);
      const { reason } = entries[1] as { readonly reason: Error };
      expect(reason).toBeInstanceOf(NotCloneableError);
      expect(reason.message).toContain('results[1].callback');
      const refused = pool.imap(work.same, [1, () => 2, 3]);
      expect(await drain(refused)).toEqual([1, '!NotCloneableError', 3]);
      // A worker's death is the error of each item of its chunk.
      const dying = pool.imap(work.exitOn, [0, 1, 2, 3, 4, 5], { chunkSize: 2 });
      const died = await drain(dying);
      expect(died).toEqual(['!WorkerDiedError', '!WorkerDiedError', 2, 3, 4, 5]);
      const first = errorOf(pool.imap(work.exitOn, [1]).next());
      expect(await first).toBeInstanceOf(WorkerDiedError);
    });
  });

  test('a broken pool ends a stream, also for next and settle', async () => {
    for (const settle of [true, false]) {
      await withPool(make({ workers: 1, initializer: work.failToInitialise }), async (pool) => {
        const input = new Endless();
        const seen = await drain(pool.imap(work.square, input.sync(), { settle }));
        expect(seen).toEqual(['!BrokenPoolError']);
        expect(input.closed).toBe(true);
      });
    }
  });

  test('a chunk with a failing item is retried as a whole', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const flaky = pool.imap(work.flaky, [1, 2, 3], { chunkSize: 3, retries: 2 });
      expect(await drain(flaky)).toEqual([3, 3, 3]);
      const failing = pool.imap(work.flaky, [1, 2, 9], { chunkSize: 3, retries: 1 });
      expect(await drain(failing)).toEqual([2, 2, '!Error']);
    });
  });

  test('progress counts the items that failed', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const dones: number[] = [];
      const onProgress = ({ done }: { readonly done: number }): void => void dones.push(done);
      await drain(pool.imap(work.failOnOdd, [0, 1, 2, 3], { chunkSize: 2, onProgress }));
      expect(dones).toEqual([2, 4]);
    });
  });

  test('the items that an input gave before its error are run, in a chunk too', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const input = function* (): Generator<number> {
        yield* [1, 2];
        throw new RangeError('no more');
      };
      const later = async function* (): AsyncGenerator<number> {
        yield* input();
        await Promise.resolve();
      };
      for (const items of [input(), later()]) {
        const seen = await drain(pool.imap(work.square, items, { chunkSize: 5 }));
        expect(seen).toEqual([1, 4, '!RangeError']);
      }
    });
  });

  test('inputs may break every rule of iteration', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const boom = (): never => {
        throw new RangeError('boom');
      };
      const iterators: object[] = [
        { next: () => 5 },
        { next: boom },
        { next: () => ({ get done() { return boom(); } }) },
        { next: () => ({ done: false, get value() { return boom(); } }) },
        {},
        { next: () => undefined, return: boom },
      ];
      for (const iterator of iterators) {
        for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
          const items = { [symbol]: () => iterator } as unknown as Iterable<number>;
          const error = await errorOf(pool.imap(work.square, items).next());
          expect(error.message).toMatch(/boom|next/);
          if (symbol === Symbol.asyncIterator) {
            expect((await errorOf(pool.map(work.square, items))).message).toMatch(/boom|next/);
          }
        }
      }
      const stubborn = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false, value: 1 }),
          return: boom,
        }),
      };
      for await (const result of pool.imap(work.square, stubborn)) {
        expect(result).toBe(1);
        break;
      }
      const unreadable = { get [Symbol.iterator](): never { return boom(); } };
      expect(() => pool.imap(work.square, unreadable as never)).toThrow('boom');
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });
});

import {
  asCompleted,
  type AsyncResult,
  type Completed,
  type Future,
  ProcessPool,
  type ResultIterator,
  type StreamOptions,
  ThreadPool,
  type Waited,
  wait,
} from '@manycore/pool';
import { expectTypeOf, test } from 'vitest';

declare const pool: ThreadPool;
declare function add(a: number, b: number): number;
declare function half(n: number): Promise<string>;
declare function greet(name?: string): string;
declare function sum(...numbers: number[]): number;
declare function nothing(): void;
declare function readLater(): AsyncIterable<number>;

/** Only compiled: what is not called costs nothing. */
function never(_check: () => unknown): void {
  // Checked by the compiler.
}

test('results are inferred', () => {
  never(() => {
    expectTypeOf(pool.apply(add, [1, 2])).toEqualTypeOf<Promise<number>>();
    expectTypeOf(pool.apply(half, [1])).toEqualTypeOf<Promise<string>>();
    expectTypeOf(pool.apply(greet)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(pool.apply(nothing)).toEqualTypeOf<Promise<void>>();
    expectTypeOf(pool.apply(sum, [1, 2, 3])).toEqualTypeOf<Promise<number>>();
    expectTypeOf(pool.map(half, [1])).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(pool.map(greet, new Set(['a']))).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(pool.starmap(add, [[1, 2]])).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(pool.applyAsync(half, [1])).toEqualTypeOf<AsyncResult<string>>();
    expectTypeOf(pool.mapAsync(half, [1])).toEqualTypeOf<AsyncResult<string[]>>();
    expectTypeOf(pool.starmapAsync(add, [[1, 2]])).toEqualTypeOf<AsyncResult<number[]>>();
    expectTypeOf(pool.imap(half, [1])).toEqualTypeOf<ResultIterator<string>>();
    expectTypeOf(pool.imapUnordered(half, [1])).toEqualTypeOf<ResultIterator<string>>();
    expectTypeOf(pool.imap(half, [1], { chunkSize: 3 })).toEqualTypeOf<ResultIterator<string>>();
    expectTypeOf(pool.imap(half, [1], { settle: false })).toEqualTypeOf<ResultIterator<string>>();
    expectTypeOf(pool.imap(half, [1], { settle: true, readAhead: 2 })).toEqualTypeOf<
      ResultIterator<PromiseSettledResult<string>>
    >();
    const open: StreamOptions = {};
    expectTypeOf(pool.imapUnordered(half, [1], open)).toEqualTypeOf<
      ResultIterator<string | PromiseSettledResult<string>>
    >();
    expectTypeOf(pool.applySync(half, [1])).toEqualTypeOf<string>();
    expectTypeOf(pool.mapSync(half, [1])).toEqualTypeOf<string[]>();
    expectTypeOf(pool.submit(add, 1, 2)).toEqualTypeOf<Future<number>>();
    expectTypeOf(pool.submitWith({ retries: 1 }, half, 1)).toEqualTypeOf<Future<string>>();
    expectTypeOf(wait([pool.submit(add, 1, 2)])).toEqualTypeOf<Promise<Waited<Future<number>>>>();
    const named = { module: new URL('file:///work.js'), name: 'work' };
    expectTypeOf(pool.apply(named, [1, 'two'])).toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(pool.map(named, [1, 'two'])).toEqualTypeOf<Promise<unknown[]>>();
    expectTypeOf(pool.apply<typeof add>(named, [1, 2])).toEqualTypeOf<Promise<number>>();
  });
});

test('wrong arguments are compile errors', () => {
  never(() => {
    // @ts-expect-error: a string is no number
    void pool.apply(add, [1, 'two']);
    // @ts-expect-error: one argument is missing
    void pool.apply(add, [1]);
    // @ts-expect-error: the arguments are missing
    void pool.apply(add);
    // @ts-expect-error: too many
    void pool.apply(nothing, [1]);
    // @ts-expect-error: the items are of another type
    void pool.map(half, ['a']);
    // @ts-expect-error: map gives one argument, add needs two
    void pool.map(add, [1]);
    // @ts-expect-error: an item is no list of arguments
    void pool.starmap(add, [1]);
    // @ts-expect-error: a wrong rest argument
    void pool.apply(sum, [1, 'two']);
    // @ts-expect-error: wrong arguments of submit
    pool.submit(add, 1, 'two');
    // @ts-expect-error: imap of another type
    pool.imap(half, ['a']);
    // @ts-expect-error: no such option
    void pool.apply(add, [1, 2], { chunkSize: 3 });
    // @ts-expect-error: nothing can abort a blocking call
    pool.applySync(add, [1, 2], { signal: new AbortController().signal });
    // @ts-expect-error: the callback takes another type
    pool.applyAsync(half, [1], { callback: (value: number) => value });
    // @ts-expect-error: mapAsync cannot wait for an input
    pool.mapAsync(half, readLater());
  });
});

test('a loop over asCompleted has the futures themselves', () => {
  never(async () => {
    const urls = new Map([[pool.submit(half, 1), 'http://…']]);
    for await (const future of asCompleted(urls.keys())) {
      expectTypeOf(future).toEqualTypeOf<Completed<Future<string>>>();
      expectTypeOf(future).toExtend<Future<string>>();
      expectTypeOf(await future.result()).toEqualTypeOf<string>();
      expectTypeOf(urls.get(future)).toEqualTypeOf<string | undefined>();
    }
    for await (const result of asCompleted([pool.applyAsync(add, [1, 2])])) {
      expectTypeOf(await result.get()).toEqualTypeOf<number>();
    }
    // @ts-expect-error: of a promise nothing could be taken
    asCompleted([Promise.resolve(1)]);
  });
});

test('an initializer’s arguments are checked', () => {
  never(() => {
    new ThreadPool({ initializer: half, initArgs: [1] });
    new ProcessPool({ initializer: greet });
    // @ts-expect-error: a string is no number
    new ThreadPool({ initializer: half, initArgs: ['a'] });
    // @ts-expect-error: its argument is missing
    new ProcessPool({ initializer: half });
  });
});

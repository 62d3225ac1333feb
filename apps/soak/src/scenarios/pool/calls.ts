import {
  asCompleted,
  CancelledError,
  PoolTerminatedError,
  type ProcessPool,
  type ThreadPool,
  TimeoutError,
  WorkerDiedError,
} from '@manycore/pool';
import { abortReason } from '../../party/waiting.js';
import type { Random } from '../../plan/random.js';
import type { Context } from '../../run/context.js';
import { check } from '../../run/violation.js';
import { add, double, doubleLater, exit, fail, failAt, spin, succeedAt } from './tasks.js';

export type AnyPool = ThreadPool | ProcessPool;

/** What a call may be told by the pool's own fate. */
export interface Fate {
  /** The pool was terminated. */
  terminated: boolean;
  /** Workers that were, or will be, ended from outside: each may take the task that it runs along. */
  deaths: number;
  /** Calls that failed for that. */
  victims: number;
}

/** Makes one random call, and checks how it ends. */
export async function call(context: Context, random: Random, pool: AnyPool, fate: Fate): Promise<void> {
  const kind = random.pick(kinds);
  try {
    await context.waitFor(`${kind} of a pool`, calls[kind](random, pool));
    context.count(`pool: ${kind}`);
  } catch (error) {
    if (error instanceof PoolTerminatedError && fate.terminated) return;
    if (!(error instanceof WorkerDiedError) || fate.deaths === 0) throw error;
    fate.victims += 1;
  }
}

type Call = (random: Random, pool: AnyPool) => Promise<void>;

/** How each call ends, unless the pool is terminated or a worker dies. */
const calls = {
  async apply(random, pool) {
    const n = random.int(0, 1000);
    const result = await pool.apply(doubleLater, [n, random.int(0, 10)]);
    check(result === 2 * n, `doubleLater(${n}) gave ${result}`);
  },
  async 'error thrown'(random, pool) {
    const text = `error ${random.int(0, 1000)}`;
    await expectError(pool.apply(fail, [text]), (error) => error instanceof RangeError && error.message === text);
  },
  async 'worker exits'(random, pool) {
    const code = random.int(0, 99);
    await expectError(
      pool.apply(exit, [code]),
      (error) => error instanceof WorkerDiedError && error.exitCode === code,
    );
  },
  async timeout(random, pool) {
    await expectError(
      pool.apply(spin, [random.chance(0.7)], { timeout: random.int(0, 60) }),
      (error) => error instanceof TimeoutError,
    );
  },
  async abort(random, pool) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(abortReason), random.int(0, 60));
    const options = { signal: controller.signal };
    await expectError(pool.apply(spin, [random.chance(0.7)], options), (error) => error === abortReason);
    clearTimeout(timer);
  },
  async retries(random, pool) {
    const attempts = random.int(1, 4);
    const attempt = await pool.apply(succeedAt, [attempts], { retries: attempts - 1 });
    check(attempt >= attempts, `it succeeded at attempt ${attempt} of ${attempts}`);
  },
  async map(random, pool) {
    const items = numbers(random);
    const chunkSize = random.chance(0.5) ? random.int(1, 10) : undefined;
    expectDoubled(items, await pool.map(double, items, { chunkSize }));
  },
  async 'map with an error'(random, pool) {
    const items = [...numbers(random), -1];
    await expectError(
      pool.map(failAt, items, { chunkSize: random.int(1, 5) }),
      (error) => error instanceof RangeError && error.message === 'item -1',
    );
  },
  async starmap(random, pool) {
    const items = numbers(random).map((n) => [n, n] as const);
    expectDoubled(items.map(([n]) => n), await pool.starmap(add, items));
  },
  async imap(random, pool) {
    const items = numbers(random);
    const results: number[] = [];
    for await (const result of pool.imap(double, items)) results.push(result);
    expectDoubled(items, results);
  },
  async 'imap, left'(random, pool) {
    const items = numbers(random);
    let taken = 0;
    for await (const result of pool.imap(double, items)) {
      check(result === 2 * (items[taken] ?? NaN), `item ${taken} gave ${result}`);
      if ((taken += 1) > items.length / 2) break;
    }
  },
  async 'imap, abandoned'(random, pool) {
    // Its input ends: of one that does not, joining the pool would never come to an end.
    const items = numbers(random);
    const results = pool.imap(double, items)[Symbol.asyncIterator]();
    const { value, done } = await results.next();
    check(done === (items.length === 0), 'the iteration ended');
    if (!done) check(value === 2 * (items[0] ?? NaN), `the first item gave ${String(value)}`);
  },
  async imapUnordered(random, pool) {
    const items = numbers(random);
    const results: number[] = [];
    for await (const result of pool.imapUnordered(double, items)) results.push(result);
    expectDoubled(items, results.toSorted((one, other) => one - other));
  },
  async 'futures, some cancelled'(random, pool) {
    const futures = Array.from({ length: random.int(1, 10) }, (_, i) => pool.submit(doubleLater, i, 2));
    const cancelled = futures.filter((future) => random.chance(0.3) && future.cancel());
    let completed = 0;
    const failures: unknown[] = [];
    for await (const future of asCompleted(futures)) {
      completed += 1;
      if (!future.cancelled()) await future.result().catch((error: unknown) => failures.push(error));
    }
    check(completed === futures.length, `${completed} of ${futures.length} futures completed`);
    for (const future of cancelled) {
      await expectError(future.result(), (error) => error instanceof CancelledError);
    }
    for (const failure of failures) throw failure;
  },
} satisfies Record<string, Call>;

const kinds = Object.keys(calls) as (keyof typeof calls)[];

const numbers = (random: Random): number[] => Array.from({ length: random.int(0, 60) }, (_, i) => i);

function expectDoubled(items: readonly number[], results: readonly number[]): void {
  const right = results.length === items.length && results.every((result, i) => result === 2 * (items[i] ?? NaN));
  check(right, () => `${items.length} items gave ${JSON.stringify(results)}`);
}

/** Rejects when there is no error, and with every error but the expected one. */
async function expectError(promise: Promise<unknown>, expected: (error: unknown) => boolean): Promise<void> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (expected(error)) return;
    throw error;
  }
  check(false, `it gave ${String(value)} instead of an error`);
}

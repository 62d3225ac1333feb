// Whatever a task does, its call settles in every form, the pool goes on, and no other call is hurt. The rows that
// make no sense for a kind are named with it (packages/pool has the same for pools of this machine): a task of a thread that kills its process kills the program.
import type { CallOptions, TaskPool } from '@manycore/pool';
import { expectNoLeaks, scaled } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { deadly } from './fixtures/deadly.mjs';
import { work } from './fixtures/tasks.mjs';
import { startHost } from './support/hosts.js';
import { Place, type PoolKind, poolKinds } from './support/pool-kinds.js';
import { noRedis } from './support/redis.js';

expectNoLeaks();

const module = new URL('./fixtures/all.mjs', import.meta.url);

type Deed = (item: unknown) => unknown;

interface Row {
  readonly name: string;
  readonly deed: Deed;
  readonly item?: unknown;
  readonly options?: CallOptions;
  readonly expected: string | Partial<Record<PoolKind, string | undefined>>;
}

const timeout = { timeout: scaled(200) };
const hostDies = 'WorkerDiedError NaN';

const rows: readonly Row[] = [
  { name: 'throws', deed: deadly.throws, expected: 'RangeError' },
  { name: 'throws a text', deed: deadly.throwsText, expected: 'thrown a text' },
  { name: 'rejects', deed: deadly.rejects, expected: 'TypeError' },
  { name: 'throws later from a timer', deed: deadly.throwsFromTimer, expected: 'WorkerDiedError 1 (RangeError)' },
  { name: 'unhandled rejection', deed: deadly.rejectsUnhandled, expected: 'WorkerDiedError 1 (RangeError)' },
  { name: 'process.exit(0)', deed: deadly.exits0, expected: 'WorkerDiedError 0' },
  { name: 'process.exit(3)', deed: deadly.exits3, expected: 'WorkerDiedError 3' },
  {
    name: 'SIGKILL',
    deed: deadly.killsItself,
    // In a thread it is the end of the host, and in a ThreadPool of the program.
    expected: { ProcessPool: 'WorkerDiedError -9 SIGKILL', 'ClusterPool over processes': 'WorkerDiedError -9 SIGKILL' },
  },
  { name: 'result not cloneable', deed: deadly.returnsFunction, expected: 'NotCloneableError' },
  { name: 'argument not cloneable', deed: deadly.takesAnything, item: () => 1, expected: 'NotCloneableError' },
  { name: 'endless loop, timeout', deed: deadly.spins, options: timeout, expected: 'TimeoutError' },
  { name: 'Atomics.wait, timeout', deed: deadly.blocks, options: timeout, expected: 'TimeoutError' },
];

const forms: Readonly<Record<string, (pool: TaskPool, row: Row) => unknown>> = {
  apply: (pool, { deed, item, options }) => pool.apply(deed, [item], options),
  map: async (pool, { deed, item, options }) => (await pool.map(deed, [item], options))[0],
  imap: async (pool, { deed, item, options }) => (await pool.imap(deed, [item], options).next()).value,
  submit: (pool, { deed, item, options = {} }) => pool.submitWith(options, deed, item).result(),
};

describe.each(poolKinds.filter((kind) => kind.startsWith('ClusterPool')))('%s', (kind) => {
  describe.skipIf(noRedis !== undefined)('whatever a task does', () => {
    test('its call settles in every form', async () => {
      await using place = await Place.open(kind, module);
      await using pool = place.makePool();
      for (const row of rows) {
        const expected = typeof row.expected === 'string' ? row.expected : row.expected[kind];
        if (expected === undefined) continue;
        for (const [form, run] of Object.entries(forms)) {
          const bystander = pool.apply(work.nap, [20]);
          expect(await outcomeOf(() => run(pool, row)), `${row.name} × ${form}`).toBe(expected);
          expect(await bystander).toBe(20);
          expect(await pool.apply(work.square, [3])).toBe(9);
        }
      }
    });
  });
});

describe.skipIf(noRedis !== undefined)('ClusterPool', () => {
  test('a host that dies with its task: it settles, also in a stream', async () => {
    await using place = await Place.open('ClusterPool', module);
    await using pool = place.makePool();
    const deed = deadly.killsItself;
    const [single, streamed] = [pool.apply(deed), pool.imap(deed, [1], { settle: true }).next()];
    expect(await outcomeOf(() => single)).toBe(hostDies);
    expect(await streamed).toMatchObject({ value: { status: 'rejected', reason: { name: 'WorkerDiedError' } } });
    await using another = await startHost({ url: place.url, lease: Place.lease, module: module.href });
    expect(await pool.apply(work.square, [3])).toBe(9);
    expect(another.hasEnded).toBe(false);
  });
});

async function outcomeOf(run: () => unknown): Promise<string> {
  try {
    return JSON.stringify(await run());
  } catch (error) {
    if (!(error instanceof Error)) return `thrown ${String(error)}`;
    const { exitCode, signal } = error as { exitCode?: number; signal?: string };
    const cause = error.cause instanceof Error ? `(${error.cause.name})` : undefined;
    return [error.name, exitCode, signal, cause].filter((part) => part !== undefined).join(' ');
  }
}

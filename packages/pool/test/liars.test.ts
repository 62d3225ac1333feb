// A worker that breaks the protocol: see src/transport/README.md. Its task ends with an error that says
// so, the pool lives, and nothing that arrives makes it run anything.
import { type Pool, ProcessPool, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, importNatively } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as liars from './fixtures/liars.mjs';
import { errorOf, poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

const { values } = await importNatively<{ values: Readonly<Record<string, unknown>> }>(
  new URL('../../core/test/fixtures/targets/lies.mjs', import.meta.url),
);
const fooled = globalThis as { manycoreWasFooled?: boolean };

async function expectHonest(pool: Pool): Promise<void> {
  expect(await pool.map(liars.honest, [1, 2, 3], { chunkSize: 1 })).toEqual([1, 2, 3]);
  expect(fooled.manycoreWasFooled).toBeUndefined();
}

/** How an error of the protocol arrives: by itself, or as the cause of a worker's death. */
function isProtocolError(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return (
    code === 'MANYCORE_PROTOCOL' ||
    code === 'MANYCORE_UNKNOWN_HANDLE' ||
    code === 'MANYCORE_NOT_CLONEABLE' ||
    (error instanceof WorkerDiedError && isProtocolError(cause))
  );
}

// What a worker says by message, when all comes by message: rings.test.ts is about the shared memory.
describe.each(poolKindsAndTransports.filter(([, , over]) => over === 'messages'))('%s', (name, make) => {
  test('a worker that lies about its task', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (const lie of Object.keys(liars.lies) as (keyof typeof liars.lies)[]) {
        const error = await errorOf(pool.apply(liars.lie, [lie]));
        expect(isProtocolError(error), `${lie}: ${String(error)}`).toBe(true);
        await expectHonest(pool);
      }
    });
  });

  test('what a worker may say without harm', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (const what of Object.keys(liars.harmless) as (keyof typeof liars.harmless)[]) {
        expect(await pool.apply(liars.harm, [what]), what).toBe('honest');
      }
      expect(pool.stats().workers.started).toBe(1);
      await expectHonest(pool);
    });
  });

  test.each(['value', 'partial'])('answers with a malformed value: %s', async (field) => {
    await withPool(make({ workers: 2 }), async (pool) => {
      for (const value of Object.keys(values)) {
        // Without a partial result there is nothing wrong with it.
        if (field === 'partial' && value === 'nothing') continue;
        const error = await errorOf(pool.apply(liars.answerWith, [value, field]));
        expect(isProtocolError(error), `${value}: ${String(error)}`).toBe(true);
      }
      await expectHonest(pool);
    });
  });

  test('answers a chunk with too many results, too few, or none', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (const items of [[[1], [2]], [[1, 0]], [[1, 4_294_967_295]]] as const) {
        const error = await errorOf(pool.starmap(liars.answerChunk as never, items as never, { chunkSize: 2 }));
        expect(isProtocolError(error), String(error)).toBe(true);
      }
      const error = await errorOf(pool.map(liars.answerChunkWithText, [1, 2]));
      expect(isProtocolError(error), String(error)).toBe(true);
      await expectHonest(pool);
    });
  });

  test('answers twice: the first counts', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      expect(await pool.apply(liars.answerTwice)).toBe('first');
      await expectHonest(pool);
      expect(pool.stats().workers.started).toBe(1);
    });
  });

  test('claims times that are none', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (const ran of [NaN, -1, Infinity, 'x', {}, null]) {
        expect(await pool.apply(liars.claimTime as never, [ran] as never)).toEqual(ran);
      }
      await expectHonest(pool);
      expect(JSON.stringify(pool.stats().runTime)).not.toMatch(/null|-/);
    });
  });

  test('closes its channel, and never answers', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await expect(pool.apply(liars.closeChannel)).rejects.toBeInstanceOf(WorkerDiedError);
      await expectHonest(pool);
    });
  });

  test('posts answers that are too deep to be read', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const outcome: unknown = await pool.apply(liars.answerTooDeep).catch((error: unknown) => error);
      expect(outcome === 'honest' || Array.isArray(outcome) || isProtocolError(outcome)).toBe(true);
      const next: unknown = await pool.apply(liars.honest, [1]).catch((error: unknown) => error);
      expect(next === 1 || isProtocolError(next)).toBe(true);
      await expectHonest(pool);
    });
  });

  test('an initializer that lies', async () => {
    const pool = make({ workers: 1, initializer: liars.lieFirst });
    const error = await errorOf(pool.apply(liars.honest, [1]));
    expect(error).toMatchObject({ name: 'BrokenPoolError' });
    expect(isProtocolError((error.cause as Error | undefined)?.cause ?? error.cause), String(error)).toBe(true);
    await pool.terminate();
    expect(name).toBeTruthy();
  });
});

test("a process that writes to Node's channel itself", async () => {
  await withPool(new ProcessPool({ workers: 1 }), async (pool) => {
    await expect(pool.apply(liars.writeBytes)).rejects.toMatchObject({
      name: 'WorkerDiedError',
      cause: expect.any(Error) as Error,
    });
    await expectHonest(pool);
  });
});

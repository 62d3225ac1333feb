// What a worker that lies may say to its pool: its task ends with a value or an error, and the pool lives.
import { pack } from '@manycore/core/internal';
import { expectNoLeaks, fuzz, fuzzInputs, fuzzTimeout, mutated, type Random, until } from '@manycore/testing';
import { serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import * as liar from '../fixtures/fuzz.mjs';
import { poolKinds, startSharing, withPool } from '../pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

/** Stands for the number of the task that says it. */
const ownId = 77_777;
const value = pack({ a: [1, { b: 2 }] }, 'process', 'value').packed;
const error = pack(new RangeError('posted'), 'process', 'value').packed;
const result = { manycorePool: 'result', id: ownId, status: 'ok', value, partial: undefined, ran: 1 };
const messages: readonly unknown[] = [
  result,
  { ...result, status: 'failed', value: error },
  { ...result, status: 'fatal', value: error },
  { ...result, partial: pack({ values: [1], errors: [[0, 'e']] }, 'process', 'value').packed },
  { ...result, id: ownId + 1 },
  { manycorePool: 'begun', id: ownId },
  { manycorePool: 'idle', id: ownId },
  { manycorePool: 'ready' },
  { manycorePool: 'unreadable', reason: 'a text' },
  { manycorePool: 'init-failed', error },
  { manycorePool: 'dying', error },
];
const perTask = 20;
const few = 200;

function bytesOf(random: Random): Uint8Array[] {
  return Array.from({ length: perTask }, () => serialize(mutated(random.of(messages), random)));
}

/** An error of the pool's own code, instead of one that names what the worker did. */
function isInternal(thrown: unknown): boolean {
  return thrown instanceof TypeError || thrown instanceof ReferenceError;
}

describe.each(poolKinds)('%s', (_, make) => {
  test('messages of the pool, changed', { timeout: fuzzTimeout(few) }, async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      await fuzz(
        Math.ceil(fuzzInputs(few) / perTask),
        async (random) => {
          await pool.apply(liar.say, [bytesOf(random), ownId]);
        },
        (thrown) => !isInternal(thrown),
      );
      // What was posted late counts for the next task of its worker. Then those have come to an end.
      await until(async () => {
        const answers = pool.map(liar.honest, [1, 2, 3], { chunkSize: 1 });
        return (await answers.catch(() => [])).join() === '1,2,3';
      });
      expect(await pool.map(liar.honest, [1, 2, 3], { chunkSize: 1 })).toEqual([1, 2, 3]);
    });
  });
});

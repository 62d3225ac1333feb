// The classes of what a pool sends come with it; a worker cannot make its pool load one.
import { ThreadPool } from '@manycore/pool';
import { expectNoLeaks, importNatively } from '@manycore/testing';
import { expect, test } from 'vitest';
import { withPool } from './pool-kinds.js';

expectNoLeaks();

const { Counter } = await importNatively<{ Counter: new () => object }>(
  new URL('../../core/test/fixtures/counter.mjs', import.meta.url),
);
const module = new URL('../../core/test/fixtures/targets/class-of.mjs', import.meta.url).href;
const classOf = { module, name: 'classOf' } as unknown as (value: unknown) => string;
const classesOf = { module, name: 'classesOf' } as unknown as (values: readonly unknown[]) => string[];

test("a handle class of the program's own is loaded by workers that get one", async () => {
  const options = { workers: 2, initializer: classOf, initArgs: [new Counter()] as [unknown] };
  await withPool(new ThreadPool(options), async (pool) => {
    expect(await pool.apply(classOf, [new Counter()])).toBe('Counter');
    expect(await pool.map(classOf, [new Counter(), 1, new Counter()])).toEqual(['Counter', 'Number', 'Counter']);
    expect(await pool.apply(classesOf, [[new Counter(), {}]])).toEqual(['Counter', 'Object']);
    expect(pool.applySync(classOf, [new Counter()])).toBe('Counter');
  });
});

import { type AnyFunction, task, TimeoutError } from '@manycore/core';
import { Barrier, BrokenBarrierError } from '@manycore/sync';
import { repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

import * as actions from './fixtures/actions.mjs';
import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

/** An action of the fixture: registered by hand, since the test runner rewrites modules. */
function action<F extends AnyFunction>(fn: F): F {
  return task(new URL('./fixtures/actions.mjs', import.meta.url).href, fn);
}

const countUp = action(actions.countUp);
const countUpLater = action(actions.countUpLater);
const refuse = action(actions.refuse);

describe.each(scopes)('Barrier, scope %s', (scope) => {
  const crew = sharedCrew(scope, 8);

  test('tells how many it is for and how many wait', async () => {
    const barrier = new Barrier(2, undefined, { scope });
    expect([barrier.parties, barrier.waiting, barrier.broken]).toEqual([2, 0, false]);
    const first = barrier.wait();
    expect(barrier.waiting).toBe(1);
    expect(barrier.waitSync()).toBe(1);
    expect(await first).toBe(0);
    expect(barrier.waiting).toBe(0);
    expect(new Barrier(1, undefined, { scope }).waitSync()).toBe(0);
  });

  describe.each(manners)('%s parties', (manner) => {
    test.each([2, 5, 8])('%i go together, again and again, each with its own index', (size) =>
      repeat(async () => {
        const barrier = new Barrier(size, undefined, { scope });
        const { block } = sharedNumbers(scope);
        const indices = await crew.each<number[]>(size, 'gather', (i) => [
          barrier,
          block,
          20,
          mannerOf(manner, i),
        ]);
        for (let round = 0; round < 20; round += 1) {
          const inRound = indices.map((party) => party[round] ?? -1).sort((a, b) => a - b);
          expect(inRound).toEqual(Array.from({ length: size }, (_, i) => i));
        }
      })(),
    );

    test('one of them runs the action, before all go on', () =>
      repeat(async () => {
        const { block, words } = sharedNumbers(scope);
        await crew.each(4, 'useCounter', () => [block]);
        const fn = manner === 'async' ? countUpLater : countUp;
        const barrier = new Barrier(4, fn, { scope });
        await crew.each(4, 'gather', (i) => [barrier, block, 10, mannerOf(manner, i)]);
        expect(words[1]).toBe(10);
      })());

    test('a timeout breaks it for all, until it is reset', () =>
      repeat(async () => {
        const barrier = new Barrier(4, undefined, { scope });
        const waiting = [0, 1].map((i) =>
          crew.party(i).tell('invoke', barrier, 'wait', mannerOf(manner, i)),
        );
        await until(() => barrier.waiting === 2);
        await expect(
          crew.party(2).tell('invoke', barrier, 'wait', mannerOf(manner, 2), { timeout: 5 }),
        ).rejects.toMatchObject({
          name: 'BrokenBarrierError',
          message: 'the Barrier is broken: not all parties reached the Barrier within 5 ms',
          cause: { name: 'TimeoutError', code: 'MANYCORE_TIMEOUT' },
        });
        for (const wait of waiting) await expect(wait).rejects.toThrow(BrokenBarrierError);
        expect(barrier.broken).toBe(true);
        expect(() => barrier.waitSync()).toThrow(BrokenBarrierError);
        barrier.reset();
        expect([barrier.broken, barrier.waiting]).toEqual([false, 0]);
        await crew.each(4, 'invoke', (i) => [barrier, 'wait', mannerOf(manner, i)]);
      })());

    test.each(['abort', 'reset'] as const)('%s ends the wait of all', (method) =>
      repeat(async () => {
        const barrier = new Barrier(4, undefined, { scope });
        const waiting = [0, 1, 2].map((i) =>
          crew.party(i).tell('invoke', barrier, 'wait', mannerOf(manner, i)),
        );
        await until(() => barrier.waiting === 3);
        barrier[method]();
        for (const wait of waiting) await expect(wait).rejects.toThrow(BrokenBarrierError);
        expect(barrier.broken).toBe(method === 'abort');
      })(),
    );

    test('an action that throws breaks it', async () => {
      const barrier = new Barrier(3, refuse, { scope });
      const waiting = await Promise.allSettled(
        [0, 1, 2].map((i) => crew.party(i).tell('invoke', barrier, 'wait', mannerOf(manner, i))),
      );
      const reasons = waiting.map((wait) => (wait as PromiseRejectedResult).reason as Error);
      expect(reasons.filter((error) => error.message === 'the action refuses')).toHaveLength(1);
      expect(reasons.filter((error) => error instanceof BrokenBarrierError)).toHaveLength(2);
      expect(barrier.broken).toBe(true);
    });
  });

  test('an abort breaks it as a timeout does', async () => {
    const barrier = new Barrier(3, undefined, { scope });
    const controller = new AbortController();
    const leaves = barrier.wait({ signal: controller.signal });
    const stays = crew.party(0).tell('invoke', barrier, 'wait', 'blocking');
    await until(() => barrier.waiting === 2);
    controller.abort('enough');
    await expect(leaves).rejects.toBe('enough');
    await expect(stays).rejects.toThrow(BrokenBarrierError);
    // One that comes with an aborted signal has not arrived.
    barrier.reset();
    await expect(barrier.wait({ signal: controller.signal })).rejects.toBe('enough');
    expect([barrier.broken, barrier.waiting]).toEqual([false, 0]);
  });

  test('a timeout of 0 breaks it, unless the party is the last', async () => {
    const barrier = new Barrier(2, undefined, { scope });
    expect(() => barrier.waitSync({ timeout: 0 })).toThrow(BrokenBarrierError);
    expect(barrier.broken).toBe(true);
    barrier.reset();
    const first = barrier.wait();
    expect(barrier.waitSync({ timeout: 0 })).toBe(1);
    expect(await first).toBe(0);
  });

  test.each(manners)('a timeout of the barrier’s own, %s parties', async (manner) => {
    const barrier = new Barrier(3, undefined, { scope, timeout: 20 });
    const parties = [0, 1].map((i) => crew.party(i).tell('invoke', barrier, 'wait', mannerOf(manner, i)));
    // One whose time was over, and one that heard of it, or whose time was over as well.
    for (const party of parties) await expect(party).rejects.toThrow(BrokenBarrierError);
    expect(barrier.broken).toBe(true);
    barrier.reset();
    // A timeout that a wait is given goes before.
    const patient = crew.party(0).tell('invoke', barrier, 'wait', 'async', { timeout: Infinity });
    const other = crew.party(1).tell('invoke', barrier, 'wait', 'blocking', { timeout: 1e6 });
    await until(() => barrier.waiting === 2);
    expect(await barrier.wait()).toBe(2);
    await Promise.all([patient, other]);
    await expect(barrier.wait({ timeout: 1 })).rejects.toMatchObject({
      message: 'the Barrier is broken: not all parties reached the Barrier within 1 ms',
    });
  });

  test('one that comes while an action runs has not arrived: its timeout breaks nothing', async () => {
    let finish: () => void = () => undefined;
    const acts = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const barrier = new Barrier(1, () => acts, { scope, timeout: 5 });
    const acting = barrier.wait();
    await expect(barrier.wait()).rejects.toThrow(TimeoutError);
    expect(() => barrier.waitSync({ timeout: 0 })).toThrow(TimeoutError);
    expect(barrier.broken).toBe(false);
    finish();
    expect(await acting).toBe(0);
  });

  test('a reset during the action breaks that generation, whatever the action returns', async () => {
    let finish: () => void = () => undefined;
    const acts = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const barrier = new Barrier(2, () => acts, { scope });
    const waiting = [barrier.wait(), barrier.wait()];
    await until(() => barrier.waiting === 0);
    barrier.reset();
    finish();
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ reason: { name: 'BrokenBarrierError' } });
    }
    expect(barrier.broken).toBe(false);
  });

  test('an asynchronous action cannot be run by a blocking wait', () => {
    const barrier = new Barrier(1, async () => Promise.resolve(), { scope });
    expect(() => barrier.waitSync()).toThrow(/use wait\(\)/);
    expect(barrier.broken).toBe(true);
  });

  test('an action that others cannot find is refused when the barrier is sent', async () => {
    const name = 'closure';
    const barrier = new Barrier(2, () => name, { scope });
    await expect(crew.party(0).tell('read', barrier, 'parties')).rejects.toThrow(/it captures `name`/);
  });
});

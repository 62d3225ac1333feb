// Locks whose memory was overwritten, and the states of their handles, changed on the way: every call that does
// not wait, or waits a moment, comes to a value or to an error by name.
import { ManycoreError } from '@manycore/core';
import { handleTypeOf, pack, type Packed, unpackSync } from '@manycore/core/internal';
import { Barrier, BoundedSemaphore, Condition, Event, Latch, Lock, RLock, RWLock, Semaphore } from '@manycore/sync';
import { fuzz, fuzzTimeout, mutated, type Random } from '@manycore/testing';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';

const now = { timeout: 0 };

/** Each with what can be done to it at once. */
const kinds: Readonly<Record<string, () => { readonly handle: object; readonly uses: (() => unknown)[] }>> = {
  Lock: () => using(new Lock(), (it) => [() => it.tryAcquire(), () => it.acquireSync(now)]),
  RLock: () => using(new RLock(), (it) => [() => it.tryAcquire(), () => it.acquireSync(now)]),
  Semaphore: () =>
    using(new Semaphore(2), (it) => [() => it.tryAcquire(), () => it.acquireSync(now), () => it.release()]),
  BoundedSemaphore: () =>
    using(new BoundedSemaphore(2), (it) => [() => it.tryAcquire(), () => it.release()]),
  Condition: () => using(new Condition(), (it) => [() => it.tryAcquire(), () => it.notifyAll()]),
  Event: () => using(new Event(), (it) => [() => it.set(), () => it.waitSync(now), () => it.clear()]),
  Latch: () => using(new Latch(2), (it) => [() => it.countDown(), () => it.waitSync(now)]),
  // Its mutex is held for moments, so who waits for that has no timeout: one that claims a live owner stays.
  Barrier: () => using(new Barrier(2), (it) => [() => it.waiting, () => it.broken]),
  RWLock: () =>
    using(new RWLock(), (it) => [() => it.readSync(now), () => it.writeSync(now), () => it.recover()]),
};

function using<T extends object>(
  handle: T,
  uses: (it: T) => (() => unknown)[],
): { readonly handle: T; readonly uses: (() => unknown)[] } {
  return { handle, uses: uses(handle) };
}

function wordsOf(handle: object): Int32Array {
  const state = handleTypeOf(handle)?.detach(handle, 'process') as { words?: Int32Array } & {
    block?: { words: Int32Array };
  };
  const words = state.words ?? state.block?.words;
  if (words === undefined) throw new Error(`${inspect(handle)} has no words`);
  return words;
}

const odd = [0, 1, 2, 3, -1, 255, 2 ** 16, 2 ** 30, 2 ** 31 - 1, -(2 ** 31)];
const few = 300;
const byName = (error: unknown): boolean => error instanceof ManycoreError;

describe.each(Object.entries(kinds))('%s', (_, make) => {
  test('its words, overwritten', { timeout: fuzzTimeout(few) }, async () => {
    await fuzz(
      few,
      (random) => {
        const { handle, uses } = make();
        const words = wordsOf(handle);
        for (let times = random.of([1, 1, 2, 8]); times > 0; times -= 1) {
          words[random.below(words.length)] = random.of([random.of(odd), random.below(2 ** 32) | 0]);
        }
        inspect(handle);
        let failure: unknown;
        for (const use of uses) failure = attempt(use) ?? failure;
        if (failure !== undefined) throw failure as Error;
      },
      byName,
    );
  });

  test('its handle, changed', { timeout: fuzzTimeout(few) }, async () => {
    const { handle } = make();
    const { packed } = pack({ handle }, 'thread', 'value');
    const { errors } = await fuzz(
      few,
      (random) => void inspect(unpackSync(lie(packed, random))),
      byName,
    );
    expect(errors).toBeGreaterThan(0);
  });
});

/** What it throws, unless that is by name. */
function attempt(use: () => unknown): unknown {
  try {
    use();
    return undefined;
  } catch (error) {
    return byName(error) ? undefined : error;
  }
}

function lie(packed: Packed, random: Random): Packed {
  return mutated(packed, random) as Packed;
}

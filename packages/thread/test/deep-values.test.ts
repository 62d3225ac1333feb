// A thread's stack is larger than the main thread's: it can send what that cannot read. With
// `resourceLimits` it is the other way round.
import { expectNoLeaks } from '@manycore/testing';
import { Thread } from '@manycore/thread';
import { expect, test } from 'vitest';

expectNoLeaks();

const module = new URL('../../core/test/fixtures/targets/deep.mjs', import.meta.url);
const start = (name: string, args: readonly unknown[], stackSizeMb?: number): Thread =>
  new Thread({
    target: { module, name },
    args: args as readonly never[],
    ...(stackSizeMb !== undefined && { resourceLimits: { stackSizeMb } }),
  }).start();

const unreadable = { name: 'NotCloneableError', code: 'MANYCORE_NOT_CLONEABLE' };
const depths = [500, 1_000, 2_000, 3_000, 4_000, 5_000, 8_000, 10_000, 50_000];

test.each(['nest', 'nestBesideError', 'throwNest'])('a result that may be too deep: %s', async (name) => {
  let refused = 0;
  for (const depth of depths) {
    const thread = start(name, [depth]);
    const outcome = await thread.result.then(
      () => 'arrived',
      (error: unknown) => error,
    );
    await thread.join();
    if (outcome === 'arrived' || (outcome as Error).message === 'laden') continue;
    expect(outcome).toMatchObject(unreadable);
    expect((outcome as Error).message).toContain('nested too deeply');
    refused += 1;
  }
  if (name !== 'throwNest') expect(refused).toBeGreaterThan(0);
});

test('the result is told although the thread goes on', async () => {
  const thread = start('nestSlowly', [8_000]);
  await expect(thread.result).rejects.toMatchObject(unreadable);
  expect(thread.isAlive()).toBe(true);
  thread.terminate();
  await thread.join();
});

test('arguments that are too deep for the thread', async () => {
  let deep: unknown = 0;
  for (let i = 0; i < 2_000; i += 1) deep = [deep];
  let refused = 0;
  for (const stackSizeMb of [0.75, 0.5, 0.4]) {
    const thread = start('depthOf', [deep], stackSizeMb);
    const outcome = await thread.result.catch((error: unknown) => error);
    await thread.join();
    if (outcome === 2_000) continue;
    expect(outcome).toMatchObject(unreadable);
    expect((outcome as Error).message).toContain('the call with its arguments arrived, but cannot be read');
    expect(thread.exitCode).toBe(1);
    refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
});

// A process whose stack is larger than its parent's can send what that cannot read; and the other way round.
import { Process } from '@manycore/process';
import { expectNoLeaks } from '@manycore/testing';
import { expect, test } from 'vitest';

expectNoLeaks();

const module = new URL('../../core/test/fixtures/targets/deep.mjs', import.meta.url);
const start = (name: string, args: readonly unknown[], stackKb: number): Process =>
  new Process({
    target: { module, name },
    args: args as readonly never[],
    execArgv: [`--stack-size=${stackKb}`],
    stdio: ['inherit', 'inherit', 'ignore'],
  }).start();

const unreadable = { name: 'NotCloneableError', code: 'MANYCORE_NOT_CLONEABLE' };

test.each(['nest', 'nestBesideError'])('a result that may be too deep: %s', async (name) => {
  let refused = 0;
  for (const depth of [500, 2_000, 5_000, 8_000]) {
    const child = start(name, [depth], 4_000);
    const outcome = await child.result.then(
      () => 'arrived',
      (error: unknown) => error,
    );
    await child.join();
    if (outcome === 'arrived') continue;
    expect(outcome).toMatchObject(unreadable);
    expect((outcome as Error).message).toContain('nested too deeply');
    refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
});

test('the result is told although the process goes on', async () => {
  const child = start('nestSlowly', [8_000], 4_000);
  await expect(child.result).rejects.toMatchObject(unreadable);
  child.kill();
  await child.join();
});

test('arguments that are too deep for the process', async () => {
  let deep: unknown = 0;
  for (let i = 0; i < 2_000; i += 1) deep = [deep];
  const child = start('depthOf', [deep], 300);
  await expect(child.result).rejects.toMatchObject(unreadable);
  await expect(child.result).rejects.toThrow('a value arrived, but cannot be read: it is nested too deeply');
  await child.join();
  expect(child.exitCode).toBe(1);
});

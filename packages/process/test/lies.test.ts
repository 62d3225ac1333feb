import { Process } from '@manycore/process';
import { expectNoLeaks } from '@manycore/testing';
import { lieContract } from '@manycore/testing/contracts';
import { describe, expect, test } from 'vitest';
import { processKit } from './kit.js';

expectNoLeaks();

await lieContract(processKit);

describe("a child that writes to Node's channel itself", () => {
  const module = new URL('lies.mjs', processKit.targets);
  const start = (name: string, ...args: readonly unknown[]): Process =>
    new Process({
      target: { module, name },
      args: args as readonly never[],
      stdio: ['inherit', 'inherit', 'ignore'],
    }).start();

  test.each([
    ['a message of a format that is none', [0, 0, 0, 4, 9, 9, 9, 9]],
    ['a message that is empty', [0, 0, 0, 0]],
    ['a value that breaks off', [0, 0, 0, 3, 255, 15, 65]],
  ])('is ended: %s', async (_, bytes) => {
    const child = start('writeBytes', ...bytes);
    await expect(child.result).rejects.toMatchObject({
      code: 'MANYCORE_WORKER_DIED',
      signal: 'SIGKILL',
      cause: expect.any(Error) as Error,
    });
    await child.join();
  });

  test.each([
    ['of two gigabytes', [0x80, 0, 0, 0]],
    ['of four gigabytes', [255, 255, 255, 252, 255, 255, 255, 252, 255, 255]],
  ])('and begins a message %s: it is waited for, as for any answer', async (_, bytes) => {
    const child = start('writeBytes', ...bytes);
    // Some versions of Node take the length for a negative one, and the child for one to be ended.
    child.kill();
    await expect(child.result).rejects.toMatchObject({ code: 'MANYCORE_WORKER_DIED', signal: 'SIGKILL' });
    await child.join();
  });

  test("does not reach Node's bookkeeping of sockets", async () => {
    const child = start('postInternal');
    expect(await child.result).toBe('honest');
    await child.join();
  });
});

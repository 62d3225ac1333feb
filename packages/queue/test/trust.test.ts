// What comes out of a queue is of classes that its receiver knows; no message makes it import anything.
import { Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import { Thread } from '@manycore/thread';
import { describe, expect, test } from 'vitest';

const module = new URL('fixtures/liar.mjs', import.meta.url);
const fooled = globalThis as { manycoreWasFooled?: boolean };

describe.each([
  ['thread', Thread],
  ['process', Process],
] as const)('a %s that lies', (_, Activity) => {
  const start = (name: string, queue: Queue<unknown>): Thread | Process =>
    new Activity({ target: { module, name }, args: [queue] as never }).start();

  test('puts a handle of a class that names a module', async () => {
    const queue = new Queue<unknown>({ scope: 'processes' });
    const worker = start('putHandle', queue);
    await expect(queue.get()).rejects.toMatchObject({
      code: 'MANYCORE_UNKNOWN_HANDLE',
      message: expect.stringContaining('a EvilHandle arrived, but its class is not loaded here') as string,
    });
    expect(await queue.get()).toBe('and then');
    await worker.join();
    expect(fooled.manycoreWasFooled).toBeUndefined();
  });

  test('puts an error of a class that names a module', async () => {
    const queue = new Queue<unknown>({ scope: 'processes' });
    const worker = start('putError', queue);
    const error = await queue.get();
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'Evil', message: 'arrives' });
    expect(await queue.get()).toBe('and then');
    await worker.join();
    expect(fooled.manycoreWasFooled).toBeUndefined();
  });
});

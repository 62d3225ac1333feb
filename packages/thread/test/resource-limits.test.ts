import { expectNoLeaks } from '@manycore/testing';
import { Thread } from '@manycore/thread';
import { expect, test } from 'vitest';
import { add, fillMemory } from './fixtures/work.mjs';

expectNoLeaks();

test('a thread that needs more memory than it may have ends alone', async () => {
  const thread = new Thread({ target: fillMemory, resourceLimits: { maxOldGenerationSizeMb: 16 } }).start();
  await expect(thread.result).rejects.toMatchObject({
    name: 'WorkerDiedError',
    exitCode: 1,
    cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
  });
  await thread.join();
});

test('limits that are enough change nothing', async () => {
  const thread = new Thread({
    target: add,
    args: [1, 2],
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: undefined as never },
  }).start();
  expect(await thread.result).toBe(3);
  await thread.join();
});

test.each<[string, unknown]>([
  ['resourceLimits must be an object', 64],
  ['resourceLimits must be an object', null],
  ['resourceLimits.maxHeap is not known; there are maxYoungGenerationSizeMb, ', { maxHeap: 5 }],
  ['resourceLimits.stackSizeMb must be a number of megabytes, not string', { stackSizeMb: '4' }],
  ['resourceLimits.stackSizeMb must be above 0, not -1', { stackSizeMb: -1 }],
  ['resourceLimits.maxOldGenerationSizeMb must be at least 4, not 1: no thread', { maxOldGenerationSizeMb: 1 }],
  ['resourceLimits.stackSizeMb must be above 0, not NaN', { stackSizeMb: NaN }],
])('%s', (message, resourceLimits) => {
  const options = { target: add, args: [1, 2] as [number, number], resourceLimits: resourceLimits as object };
  expect(() => new Thread(options)).toThrow(message);
});

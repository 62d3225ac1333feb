import { RLock } from '@manycore/sync';
import { allowWarnings } from '@manycore/testing';
import { expect, test } from 'vitest';

allowWarnings(/waited for an RLock for 10 s/);

test('a task that waits for long for another of its thread, perhaps itself, is reported', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  const lock = new RLock();
  const guard = await lock.acquire();
  // The callback of a timer belongs to no task: it waits, and the task waits for it.
  const finished = new Promise<void>((resolve, reject) => {
    setTimeout(() => void lock.run(() => undefined).then(resolve, reject), 1);
  });
  await Promise.race([warned, finished]);
  expect(await warned).toMatchObject({ name: 'ManycoreWarning', code: 'MANYCORE_LONG_WAIT' });
  guard.release();
  await finished;
  expect(lock.locked).toBe(false);
});

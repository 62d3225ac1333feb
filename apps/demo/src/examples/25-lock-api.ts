import { Lock, Semaphore } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';

/** Whether a thread gets a permit without waiting for it. It keeps the permit. */
export function takeIfFree(semaphore: Semaphore): boolean {
  return semaphore.tryAcquire() !== undefined;
}

async function main(): Promise<void> {
  const lock = new Lock();
  await lock.acquire();
  console.log(`acquire: ${python(lock.locked)}`);
  console.log(`acquire again, without waiting: ${python(lock.tryAcquire() !== undefined)}`);
  lock.release();
  console.log(`release: locked ${python(lock.locked)}`);
  try {
    lock.release();
  } catch (error) {
    console.log(`release again: ${error instanceof Error ? error.message : String(error)}`);
  }

  const semaphore = new Semaphore(2);
  console.log(`a semaphore of ${semaphore.value}`);
  record.value('permits', 'new', semaphore.value);
  for (const name of ['t1', 't2', 't3']) {
    const thread = new Thread({ target: takeIfFree, args: [semaphore], name }).start();
    const taken = await thread.result;
    await thread.join();
    console.log(`${name} acquires without waiting: ${python(taken)}, ${semaphore.value} left`);
    record.value('permits', `${name} ${taken ? 'acquires' : 'is refused'}`, semaphore.value);
  }
  semaphore.release();
  console.log(`release: ${semaphore.value} left`);
  record.value('permits', 'release', semaphore.value);
}

export const example: Example = {
  title: 'The Lock API, and a counting semaphore',
  purpose:
    'What a lock can do, call by call: acquire, try without waiting, release, and the error for a release too many. A semaphore is a lock with several permits.',
  main,
  expected: [
    'acquire: True',
    'acquire again, without waiting: False',
    'release: locked False',
    line('release again: {error}', {
      error: textLike(/.*release unlocked lock.*/, 'release unlocked lock'),
    }),
    'a semaphore of 2',
    't1 acquires without waiting: True, 1 left',
    't2 acquires without waiting: True, 0 left',
    't3 acquires without waiting: False, 0 left',
    'release: 1 left',
  ],
  python:
    'acquire, acquire(blocking=False) as tryAcquire, release and its error are the same; `using guard = lock.acquireSync()` is what Python writes as `with lock:`.',
  figure: {
    caption:
      'The permits of the semaphore after each call: two are taken, the third thread is refused, and a release gives one back.',
    parts: [{ kind: 'levels', counts: 'permits left' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  RLock,
  RWLock,
  Semaphore,
} from '@manycore/sync';
import { describe, expect, test } from 'vitest';

/** Calls as untyped programs make them. */
type Loose = new (...args: unknown[]) => Record<string, (...args: unknown[]) => unknown>;

function make(type: unknown, ...args: unknown[]): () => unknown {
  return () => new (type as Loose)(...args);
}

describe('constructors refuse what makes no sense', () => {
  test.each([
    ['Lock', Lock, []],
    ['RLock', RLock, []],
    ['Semaphore', Semaphore, [1]],
    ['BoundedSemaphore', BoundedSemaphore, [1]],
    ['Condition', Condition, [undefined]],
    ['Event', Event, []],
    ['Barrier', Barrier, [1, undefined]],
    ['RWLock', RWLock, []],
    ['Latch', Latch, [1]],
  ])('%s: a scope that is none, options that are none', (_, type, args) => {
    expect(make(type, ...args, { scope: 'machines' })).toThrow(
      "scope must be 'threads' or 'processes', not \"machines\"",
    );
    expect(make(type, ...args, 'processes')).toThrow(/options must be an object/);
    expect(make(type, ...args, null)).toThrow(TypeError);
  });

  test.each([-1, NaN, 0.5, Infinity, 2 ** 30])('%d permits', (permits) => {
    expect(make(Semaphore, permits)).toThrow(/permits must be/);
    expect(make(BoundedSemaphore, permits)).toThrow(RangeError);
  });

  test.each([0, -1, NaN, 1.5, 2 ** 31])('a barrier of %d', (parties) => {
    expect(make(Barrier, parties)).toThrow(/parties must be/);
  });

  test.each([-1, NaN, 1.5, 2 ** 31])('a latch of %d', (count) => {
    expect(make(Latch, count)).toThrow(/count must be/);
  });

  test('what is no number, no lock, no function', () => {
    expect(make(Semaphore, '3')).toThrow('permits must be a whole number, not string');
    expect(make(Barrier)).toThrow(/parties must be a whole number, not undefined/);
    expect(make(Latch, null)).toThrow(TypeError);
    expect(make(Condition, {})).toThrow(
      'lock must be a Lock or an RLock; for options write new Condition(undefined, { … })',
    );
    expect(make(Barrier, 2, { scope: 'threads' })).toThrow(
      'action must be a function; for options write new Barrier(n, undefined, { … })',
    );
  });

  test('a condition whose scope is not that of its lock', () => {
    expect(make(Condition, new Lock(), { scope: 'processes' })).toThrow(
      /its lock has scope 'threads'/,
    );
  });
});

describe('calls refuse what makes no sense', () => {
  test.each([0, -1, NaN, 1.5])('%d permits, notices, counts', (n) => {
    const semaphore = new Semaphore(1);
    expect(() => semaphore.acquireSync(n)).toThrow(/n must be a whole number, 1 or more/);
    expect(() => semaphore.tryAcquire(n)).toThrow(RangeError);
    expect(() => semaphore.release(n)).toThrow(RangeError);
    expect(() => new Latch(1).countDown(n)).toThrow(RangeError);
    const condition = new Condition();
    condition.acquireSync();
    expect(() => condition.notify(n)).toThrow(RangeError);
  });

  test('more permits than there can be', async () => {
    const bounded = new BoundedSemaphore(2);
    expect(() => bounded.acquireSync(3)).toThrow('n must be at most 2, not 3');
    await expect(bounded.acquire(3)).rejects.toThrow(RangeError);
    const semaphore = new Semaphore(2 ** 30 - 1);
    expect(() => semaphore.release()).toThrow(/released too many times/);
  });

  test.each([-1, NaN, '5'])('a timeout of %s, taken or not', async (timeout) => {
    const options = { timeout } as { timeout: number };
    const problem = /timeout must be/;
    const lock = new Lock();
    await expect(lock.acquire(options)).rejects.toThrow(problem);
    expect(() => lock.acquireSync(options)).toThrow(problem);
    expect(lock.locked).toBe(false);
    const rlock = new RLock();
    await expect(rlock.acquire(options)).rejects.toThrow(problem);
    expect(() => rlock.acquireSync(options)).toThrow(problem);
    expect(rlock.locked).toBe(false);
    const semaphore = new Semaphore(1);
    await expect(semaphore.acquire(options)).rejects.toThrow(problem);
    expect(() => semaphore.acquireSync(options)).toThrow(problem);
    expect(semaphore.value).toBe(1);
    const event = new Event();
    event.set();
    await expect(event.wait(options)).rejects.toThrow(problem);
    expect(() => event.waitSync(options)).toThrow(problem);
    await expect(new Latch(0).wait(options)).rejects.toThrow(problem);
    expect(() => new Latch(0).waitSync(options)).toThrow(problem);
    expect(make(Barrier, 1, undefined, options)).toThrow(problem);
    const barrier = new Barrier(1);
    await expect(barrier.wait(options)).rejects.toThrow(problem);
    expect(() => barrier.waitSync(options)).toThrow(problem);
    expect(barrier.broken).toBe(false);
    const rwlock = new RWLock();
    await expect(rwlock.read(options)).rejects.toThrow(problem);
    expect(() => rwlock.readSync(options)).toThrow(problem);
    await expect(rwlock.write(options)).rejects.toThrow(problem);
    expect(() => rwlock.writeSync(options)).toThrow(problem);
    rwlock.tryWrite()?.release();
    const condition = new Condition();
    condition.acquireSync();
    await expect(condition.wait(options)).rejects.toThrow(problem);
    expect(() => condition.waitSync(options)).toThrow(problem);
    await expect(condition.waitFor(() => false, options)).rejects.toThrow(problem);
  });
});

test('every error says its class and has a code', async () => {
  const lock = new Lock();
  const errors: unknown[] = [];
  const note = (action: () => unknown): void => {
    try {
      action();
    } catch (error) {
      errors.push(error);
    }
  };
  note(() => lock.release());
  lock.acquireSync();
  note(() => lock.acquireSync({ timeout: 0 }));
  const barrier = new Barrier(2);
  barrier.abort();
  note(() => barrier.waitSync());
  const rwlock = new RWLock();
  const guard = await rwlock.read();
  note(() => rwlock.writeSync());
  guard.release();
  expect(errors).toMatchObject([
    { name: 'NotHeldError', code: 'MANYCORE_NOT_HELD' },
    { name: 'TimeoutError', code: 'MANYCORE_TIMEOUT' },
    { name: 'BrokenBarrierError', code: 'MANYCORE_BROKEN_BARRIER' },
    { name: 'DeadlockError', code: 'MANYCORE_DEADLOCK' },
  ]);
});

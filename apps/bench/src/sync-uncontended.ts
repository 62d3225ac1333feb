// What an uncontended lock costs.
import './sync-newer-node.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lock, RLock, RWLock, Semaphore } from '@manycore/sync';
import { Mutex as AsyncMutex } from 'async-mutex';
import { Mutex as ThreadsMutex } from 'multithreading';
import lockfile from 'proper-lockfile';
import { compare, type Contender } from './comparison.js';
import { pythonUncontended } from './sync-cpython.js';

const times = 100_000;

/** Nanoseconds for one of many. Each loop stands by itself: a shared one would suit none of them. */
function each(name: string, many: () => unknown, count: number = times): Contender {
  return {
    name,
    run: async () => {
      const start = performance.now();
      await many();
      return ((performance.now() - start) / count) * 1e6;
    },
  };
}

function bare(): Contender {
  const words = new Int32Array(new SharedArrayBuffer(64));
  return each('compareExchange, store', () => {
    for (let i = 0; i < times; i += 1) {
      if (Atomics.compareExchange(words, 0, 0, 1) !== 0) throw new Error('not free');
      Atomics.store(words, 0, 0);
    }
  });
}

function plain(name: string, lock: Lock): Contender {
  return each(name, () => {
    for (let i = 0; i < times; i += 1) {
      lock.acquireSync();
      lock.release();
    }
  });
}

function nesting(lock: RLock): Contender {
  return each('RLock, threads', () => {
    for (let i = 0; i < times; i += 1) {
      lock.acquireSync();
      lock.release();
    }
  });
}

function trying(lock: Lock): Contender {
  return each('Lock, tryAcquire', () => {
    for (let i = 0; i < times; i += 1) {
      lock.tryAcquire();
      lock.release();
    }
  });
}

function tryingToNest(lock: RLock): Contender {
  return each('RLock, tryAcquire', () => {
    for (let i = 0; i < times; i += 1) {
      lock.tryAcquire();
      lock.release();
    }
  });
}

function counting(semaphore: Semaphore): Contender {
  return each('Semaphore, threads', () => {
    for (let i = 0; i < times; i += 1) {
      semaphore.acquireSync();
      semaphore.release();
    }
  });
}

function guarded(lock: Lock): Contender {
  return each('Lock, by its guard', () => {
    for (let i = 0; i < times; i += 1) lock.acquireSync().release();
  });
}

function reading(lock: RWLock): Contender {
  return each('RWLock, reading', () => {
    for (let i = 0; i < times; i += 1) lock.readSync().release();
  });
}

const threadsMutex = new ThreadsMutex();

await compare({
  title: 'blocking',
  unit: 'ns',
  baseline: 'compareExchange, store',
  contenders: [
    bare(),
    plain('Lock, threads', new Lock()),
    plain('Lock, processes', new Lock({ scope: 'processes' })),
    guarded(new Lock()),
    nesting(new RLock()),
    trying(new Lock()),
    tryingToNest(new RLock()),
    counting(new Semaphore(1)),
    reading(new RWLock()),
    each('multithreading Mutex', () => {
      for (let i = 0; i < times; i += 1) threadsMutex.blockingLock().dispose();
    }),
    ...pythonUncontended,
  ],
  rounds: 20,
});

const asyncMutex = new AsyncMutex();
const lock = new Lock();
const rlock = new RLock();
const processesLock = new Lock({ scope: 'processes' });
const folder = mkdtempSync(join(tmpdir(), 'manycore-bench-'));

await compare({
  title: 'asynchronous',
  unit: 'ns',
  baseline: 'Lock, threads',
  contenders: [
    each('Lock, threads', async () => {
      for (let i = 0; i < times; i += 1) {
        await lock.acquire();
        lock.release();
      }
    }),
    each('Lock, processes', async () => {
      for (let i = 0; i < times; i += 1) {
        await processesLock.acquire();
        processesLock.release();
      }
    }),
    // From its first round on, the thread follows its promises, at a cost to all that are asynchronous.
    each('RLock, threads', async () => {
      for (let i = 0; i < times; i += 1) {
        await rlock.acquire();
        rlock.release();
      }
    }),
    each('async-mutex Mutex (one thread only)', async () => {
      for (let i = 0; i < times; i += 1) (await asyncMutex.acquire())();
    }),
    each('multithreading Mutex', async () => {
      for (let i = 0; i < times; i += 1) (await threadsMutex.lock()).dispose();
    }),
    each(
      'proper-lockfile (files)',
      async () => {
        for (let i = 0; i < 20; i += 1) await (await lockfile.lock(folder))();
      },
      20,
    ),
  ],
  rounds: 20,
});
rmSync(folder, { recursive: true, force: true });

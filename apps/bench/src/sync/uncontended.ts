// What an uncontended lock costs.
import './newer-node.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lock, RLock, RWLock, Semaphore } from '@manycore/sync';
import { Mutex as AsyncMutex } from 'async-mutex';
import { Mutex as ThreadsMutex } from 'multithreading';
import lockfile from 'proper-lockfile';
import type { Comparisons, Contender, Role } from '../harness/comparison.js';
import { pythonUncontended } from './cpython.js';

const times = 100_000;

/**
 * Nanoseconds for one of many. `prepare` makes the lock, in its lane, and gives the loop. Each loop stands by
 * itself: a shared one would suit none of them.
 */
function each(role: Role, name: string, prepare: () => () => unknown, count: number = times): Contender {
  return {
    name,
    role,
    prepare: () => {
      const many = prepare();
      return async () => {
        const start = performance.now();
        await many();
        return ((performance.now() - start) / count) * 1e6;
      };
    },
  };
}

const bare = each('reference', 'compareExchange, store', () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  return () => {
    for (let i = 0; i < times; i += 1) {
      if (Atomics.compareExchange(words, 0, 0, 1) !== 0) throw new Error('not free');
      Atomics.store(words, 0, 0);
    }
  };
});

function plain(scope: 'threads' | 'processes'): Contender {
  return each('ours', `Lock, ${scope}`, () => {
    const lock = new Lock({ scope });
    return () => {
      for (let i = 0; i < times; i += 1) {
        lock.acquireSync();
        lock.release();
      }
    };
  });
}

const guarded = each('ours', 'Lock, by its guard', () => {
  const lock = new Lock();
  return () => {
    for (let i = 0; i < times; i += 1) lock.acquireSync().release();
  };
});

const nesting = each('ours', 'RLock, threads', () => {
  const lock = new RLock();
  return () => {
    for (let i = 0; i < times; i += 1) {
      lock.acquireSync();
      lock.release();
    }
  };
});

const trying = each('ours', 'Lock, tryAcquire', () => {
  const lock = new Lock();
  return () => {
    for (let i = 0; i < times; i += 1) {
      lock.tryAcquire();
      lock.release();
    }
  };
});

const tryingToNest = each('ours', 'RLock, tryAcquire', () => {
  const lock = new RLock();
  return () => {
    for (let i = 0; i < times; i += 1) {
      lock.tryAcquire();
      lock.release();
    }
  };
});

const counting = each('ours', 'Semaphore, threads', () => {
  const semaphore = new Semaphore(1);
  return () => {
    for (let i = 0; i < times; i += 1) {
      semaphore.acquireSync();
      semaphore.release();
    }
  };
});

const reading = each('ours', 'RWLock, reading', () => {
  const lock = new RWLock();
  return () => {
    for (let i = 0; i < times; i += 1) lock.readSync().release();
  };
});

const threadsMutex = each('peer', 'multithreading Mutex', () => {
  const mutex = new ThreadsMutex();
  return () => {
    for (let i = 0; i < times; i += 1) mutex.blockingLock().dispose();
  };
});

function awaiting(scope: 'threads' | 'processes'): Contender {
  return each('ours', `Lock, ${scope}`, () => {
    const lock = new Lock({ scope });
    return async () => {
      for (let i = 0; i < times; i += 1) {
        await lock.acquire();
        lock.release();
      }
    };
  });
}

// From its first round on, its thread follows its promises.
const awaitingToNest = each('ours', 'RLock, threads', () => {
  const lock = new RLock();
  return async () => {
    for (let i = 0; i < times; i += 1) {
      await lock.acquire();
      lock.release();
    }
  };
});

// No peer: it locks within one thread, where nothing is shared.
const oneThread = each('reference', 'async-mutex Mutex (one thread only)', () => {
  const mutex = new AsyncMutex();
  return async () => {
    for (let i = 0; i < times; i += 1) (await mutex.acquire())();
  };
});

const awaitingThreadsMutex = each('peer', 'multithreading Mutex', () => {
  const mutex = new ThreadsMutex();
  return async () => {
    for (let i = 0; i < times; i += 1) (await mutex.lock()).dispose();
  };
});

/** The file that it locks is made in its lane, and goes with it. */
const files: Contender = {
  name: 'proper-lockfile (files)',
  role: 'peer',
  prepare: ({ afterProgram }) => {
    const folder = mkdtempSync(join(tmpdir(), 'manycore-bench-'));
    afterProgram(() => rmSync(folder, { recursive: true, force: true }));
    return async () => {
      const start = performance.now();
      for (let i = 0; i < 20; i += 1) await (await lockfile.lock(folder))();
      return ((performance.now() - start) / 20) * 1e6;
    };
  },
};

export const comparisons: Comparisons = () => [
  {
    id: 'blocking',
    title: 'Acquire and release, blocking',
    unit: 'ns',
    better: 'less',
    warmups: 10,
    reference: bare.name,
    rounds: 20,
    contenders: [
      bare,
      plain('threads'),
      plain('processes'),
      guarded,
      nesting,
      trying,
      tryingToNest,
      counting,
      reading,
      threadsMutex,
      pythonUncontended,
    ],
  },
  {
    id: 'asynchronous',
    title: 'Acquire and release, asynchronous',
    unit: 'ns',
    better: 'less',
    warmups: 10,
    rounds: 20,
    contenders: [
      awaiting('threads'),
      awaiting('processes'),
      awaitingToNest,
      oneThread,
      awaitingThreadsMutex,
      files,
    ],
  },
];

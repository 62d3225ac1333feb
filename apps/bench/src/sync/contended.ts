// Two parties that do nothing but acquire and release the same lock: how often both together.
import './newer-node.js';
import { Process } from '@manycore/process';
import { Barrier, Lock } from '@manycore/sync';
import { Thread } from '@manycore/thread';
import { move, Mutex, shutdown, spawn } from 'multithreading';
import { type Comparisons, type Contender, contender } from '../harness/comparison.js';
import { pythonContended } from './cpython.js';
import { hammer, hammerAsync, hammerTime } from './hammer.js';

const parties = 2;

/** Millions a second. */
function rate(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / hammerTime / 1000;
}

function ours(scope: 'threads' | 'processes', target: typeof hammer | typeof hammerAsync): Contender {
  const manner = target === hammer ? '' : ', async';
  return contender(`Lock, ${scope}${manner}`, 'ours', async () => {
    const args: [Lock, Barrier] = [new Lock({ scope }), new Barrier(parties, undefined, { scope })];
    const workers = Array.from({ length: parties }, () =>
      (scope === 'threads' ? new Thread({ target, args }) : new Process({ target, args })).start(),
    );
    const counts = await Promise.all(workers.map((worker) => worker.result));
    for (const worker of workers) await worker.join();
    return rate(counts);
  });
}

const multithreading: Contender = {
  name: 'multithreading Mutex',
  role: 'peer',
  prepare: ({ afterProgram }) => {
    afterProgram(() => shutdown());
    return async () => {
      const mutex = new Mutex(new Int32Array(new SharedArrayBuffer(4)));
      const handles = Array.from({ length: parties }, () =>
        spawn(move(mutex, hammerTime, parties), (lock, duration, all) => {
          const begin = lock.blockingLock();
          const words = begin.value;
          Atomics.add(words, 0, 1);
          begin.dispose();
          while (Atomics.load(words, 0) < all);
          const end = performance.now() + duration;
          let times = 0;
          while (performance.now() < end) {
            for (let i = 0; i < 256; i += 1) lock.blockingLock().dispose();
            times += 256;
          }
          return times;
        }),
      );
      const results = await Promise.all(handles.map((handle) => handle.join()));
      return rate(results.map((result) => (result.ok ? result.value : NaN)));
    };
  },
};

export const comparisons: Comparisons = () => [
  {
    id: 'two-parties',
    title: `${parties} parties, empty section`,
    unit: 'M/s',
    better: 'more',
    contenders: [
      ours('threads', hammer),
      ours('processes', hammer),
      ours('threads', hammerAsync),
      ours('processes', hammerAsync),
      multithreading,
      pythonContended,
    ],
  },
];

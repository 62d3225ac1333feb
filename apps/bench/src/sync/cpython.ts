// The same measurements in CPython, by its multiprocessing.Lock. Without python3 they are left out.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Contender } from '../harness/comparison.js';
import { requirePython } from '../harness/python.js';
import { hammerTime } from './hammer.js';

const prelude = `
import multiprocessing as mp, time
lock = mp.Lock()
`;

const uncontended = `${prelude}
n = 100_000
start = time.perf_counter()
for _ in range(n):
    lock.acquire()
    lock.release()
print((time.perf_counter() - start) / n * 1e9)
`;

const contended = `${prelude}
def hammer(lock, start, counts):
    start.wait()
    end = time.perf_counter() + ${hammerTime / 1000}
    times = 0
    while time.perf_counter() < end:
        for _ in range(256):
            lock.acquire()
            lock.release()
        times += 256
    counts.put(times)

if __name__ == '__main__':
    start, counts = mp.Barrier(2), mp.Queue()
    parties = [mp.Process(target=hammer, args=(lock, start, counts)) for _ in range(2)]
    for party in parties: party.start()
    print(sum(counts.get() for _ in parties) / ${hammerTime / 1000} / 1e6)
    for party in parties: party.join()
`;

const run = promisify(execFile);

function contender(name: string, program: string): Contender {
  return {
    name,
    role: 'peer',
    prepare: () => {
      requirePython();
      return async () => Number((await run('python3', ['-c', program])).stdout);
    },
  };
}

/** Nanoseconds for acquire and release. */
export const pythonUncontended: Contender = contender('CPython mp.Lock', uncontended);

/** Millions of acquires a second, by two processes together. */
export const pythonContended: Contender = contender('CPython mp.Lock', contended);

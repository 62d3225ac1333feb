// The same measurements in CPython, by its multiprocessing.Queue and Pipe. Without python3 they are left out.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Contender } from '../harness/comparison.js';
import { requirePython } from '../harness/python.js';
import type { Payload } from './payloads.js';

const program = `
import json, multiprocessing as mp, sys, time

def sink(get, done, times):
    for _ in range(times):
        get()
    done.put(times)

if __name__ == '__main__':
    kind, text, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    value = bytes(1024 * 1024) if text == '' else json.loads(text)
    done = mp.Queue()
    if kind == 'Queue':
        queue = mp.Queue()
        put, get = queue.put, queue.get
    else:
        receiver, sender = mp.Pipe(duplex=False)
        put, get = sender.send, receiver.recv
    party = mp.Process(target=sink, args=(get, done, times + 1))
    party.start()
    put(value)
    time.sleep(0.05)
    start = time.perf_counter()
    for _ in range(times):
        put(value)
    done.get()
    print(times / (time.perf_counter() - start))
    party.join()
`;

const run = promisify(execFile);

/** Messages a second from one process to another. */
export function cpython({ value, times }: Payload): Contender[] {
  const text = value instanceof Uint8Array ? '' : JSON.stringify(value);
  return ['Queue', 'Pipe'].map((kind) => ({
    name: `CPython ${kind}`,
    role: 'peer',
    prepare: () => {
      requirePython();
      const args = ['-c', program, kind, text, String(times)];
      return async () => Number((await run('python3', args)).stdout);
    },
  }));
}

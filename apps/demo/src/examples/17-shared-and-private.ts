import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

/** Counts in a variable of its own, and in memory that it shares. Returns the former. */
export function count(steps: number, shared: Int32Array<SharedArrayBuffer>): number {
  let own = 0;
  for (let i = 0; i < steps; i += 1) {
    own += 1;
    Atomics.add(shared, 0, 1);
  }
  return own;
}

const steps = [100, 200, 300];

async function main(): Promise<void> {
  const alone = new Int32Array(new SharedArrayBuffer(4));
  tell('single-threaded', alone, [count(100, alone)]);

  const shared = new Int32Array(new SharedArrayBuffer(4));
  const threads = steps.map((each) => new Thread({ target: count, args: [each, shared] }).start());
  const counts = await Promise.all(threads.map((thread) => thread.result));
  for (const thread of threads) await thread.join();
  tell('multi-threaded', shared, counts);
}

function tell(group: string, shared: Int32Array, counts: readonly number[]): void {
  const n = shared[0] ?? NaN;
  console.log(`${group}: heap n = ${n}`);
  record.fact('shared', 'n', n, { group });
  for (const [index, own] of counts.entries()) {
    console.log(`  thread ${index + 1}: own = ${own} on its stack`);
    record.fact(`thread ${index + 1}`, 'own', own, { group });
  }
}

export const example: Example = {
  title: 'Diagram: shared heap, private stacks',
  purpose:
    'Threads of one process share its code, its files and memory on the heap; each has registers and a stack of its own.',
  main,
  expected: [
    'single-threaded: heap n = 100',
    '  thread 1: own = 100 on its stack',
    'multi-threaded: heap n = 600',
    '  thread 1: own = 100 on its stack',
    '  thread 2: own = 200 on its stack',
    '  thread 3: own = 300 on its stack',
  ],
  python:
    'The same picture, except for the heap: in Python threads share all objects, in JavaScript only SharedArrayBuffers.',
  figure: {
    caption:
      'Each thread counted in a variable of its own, on its stack, and in one number that all share: n is the sum.',
    parts: [{ kind: 'memory', shared: 'shared' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

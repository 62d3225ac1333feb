import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { beside, box } from '../drawing/box.js';
import { drawing } from '../expectation/expectation.js';
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
  const single = new Int32Array(new SharedArrayBuffer(4));
  const own = count(100, single);

  const shared = new Int32Array(new SharedArrayBuffer(4));
  const threads = steps.map((each) => new Thread({ target: count, args: [each, shared] }).start());
  const counts = await Promise.all(threads.map((thread) => thread.result));
  for (const thread of threads) await thread.join();

  const left = picture(single[0] ?? NaN, [{ name: 'thread', own }]);
  const right = picture(
    shared[0] ?? NaN,
    counts.map((each, index) => ({ name: `thread ${index + 1}`, own: each })),
  );
  console.log(beside([left, right]).join('\n'));
}

/** The shared part on top, below it a column of registers and stack for each thread. */
function picture(heap: number, threads: readonly { name: string; own: number }[]): string[] {
  const columns = threads.map(({ name, own }) =>
    box(['registers', `stack: own = ${own}`, `→ ${name}`], 19),
  );
  const body = beside(columns, ' ');
  return [...box(['code  data  files', `heap: n = ${heap}`], (body[0]?.length ?? 0) - 2), ...body];
}

export const example: Example = {
  title: 'Diagram: shared heap, private stacks',
  main,
  expected: [
    drawing(
      '┌───────────────────┐   ┌───────────────────────────────────────────────────────────────┐',
      '│ code  data  files │   │ code  data  files                                             │',
      '│ heap: n = 100     │   │ heap: n = 600                                                 │',
      '└───────────────────┘   └───────────────────────────────────────────────────────────────┘',
      '┌───────────────────┐   ┌───────────────────┐ ┌───────────────────┐ ┌───────────────────┐',
      '│ registers         │   │ registers         │ │ registers         │ │ registers         │',
      '│ stack: own = 100  │   │ stack: own = 100  │ │ stack: own = 200  │ │ stack: own = 300  │',
      '│ → thread          │   │ → thread 1        │ │ → thread 2        │ │ → thread 3        │',
      '└───────────────────┘   └───────────────────┘ └───────────────────┘ └───────────────────┘',
    ),
  ],
  note: 'Each thread counts in a variable of its own, on its stack, and in one number that all share.',
};

if (isMain(import.meta)) await runAsProgram(example);

// What an uncontended lock costs: a bare pair of atomic instructions, the same over a block of
// each scope, and the lock of a shared value.
import { allocate, type SharedBlock, Value, type ValueLock } from '@manycore/memory';
import { type Comparisons, type Contender, type Role, type Run } from '../harness/comparison.js';

const times = 200_000;

/** Nanoseconds for one of many. */
function each(many: () => void): () => number {
  return () => {
    const start = performance.now();
    many();
    return ((performance.now() - start) / times) * 1e6;
  };
}

function bare(words: Int32Array): () => number {
  return each(() => {
    for (let i = 0; i < times; i += 1) {
      if (Atomics.compareExchange(words, 0, 0, 1) !== 0) throw new Error('not free');
      Atomics.store(words, 0, 0);
    }
  });
}

/** The shortest lock that notices its owner's death: its id in the word, a wake-up if a thread sleeps. */
function owned(block: SharedBlock): () => number {
  const { words, owners, parker } = block;
  const contended = 2 ** 30;
  return each(() => {
    for (let i = 0; i < times; i += 1) {
      if (Atomics.compareExchange(words, 0, 0, owners.self()) !== 0) throw new Error('not free');
      if ((Atomics.exchange(words, 0, 0) & contended) !== 0) parker.notify(words, 0, 1);
    }
  });
}

function guarded(lock: ValueLock): () => number {
  return each(() => {
    for (let i = 0; i < times; i += 1) lock.acquireSync().release();
  });
}

/** Its memory is made in its lane. */
function row(name: string, role: Role, prepare: () => Run): Contender {
  return { name, role, prepare };
}

export const comparisons: Comparisons = () => [
  {
    id: 'uncontended',
    title: 'Acquire and release, uncontended',
    unit: 'ns',
    better: 'less',
    reference: 'compareExchange, store',
    rounds: 30,
    contenders: [
      row('compareExchange, store', 'reference', () => bare(new Int32Array(new SharedArrayBuffer(64)))),
      row('the same in a block of processes', 'reference', () => bare(allocate(64, 'processes').words)),
      row('word with owner, threads', 'ours', () => owned(allocate(64, 'threads'))),
      row('word with owner, processes', 'ours', () => owned(allocate(64, 'processes'))),
      row('Value.lock, threads', 'ours', () => guarded(new Value('i32', 0).lock)),
      row('Value.lock, processes', 'ours', () =>
        guarded(new Value('i32', 0, { scope: 'processes' }).lock),
      ),
    ],
  },
];

// Many tasks that wait at once: twice as many should take twice as long.
import { Lock, Semaphore } from '@manycore/sync';
import { type Comparisons, type Contender, contender, type Run } from '../harness/comparison.js';

const nameOf = (count: number, what: string): string =>
  `${count.toLocaleString('en')} wait for ${what}`;

/** How often a round does it: once takes some milliseconds, of which the garbage collector may take half. */
const times = 20;

/** Milliseconds for one of many. */
const average =
  (once: () => Promise<void>): Run =>
  async () => {
    const start = performance.now();
    for (let i = 0; i < times; i += 1) await once();
    return (performance.now() - start) / times;
  };

/** All wait for permits that go from one to the next. */
function permits(name: string, count: number, wanted: (i: number) => number): Contender {
  const once = async (): Promise<void> => {
    const semaphore = new Semaphore(0);
    const waiting = Array.from({ length: count }, (_, i) =>
      semaphore.acquire(wanted(i)).then((guard) => guard.release()),
    );
    semaphore.release(8);
    await Promise.all(waiting);
  };
  return contender(nameOf(count, `${name} of a Semaphore`), 'ours', average(once));
}

function turns(count: number): Contender {
  const once = async (): Promise<void> => {
    const lock = new Lock();
    const first = lock.acquireSync();
    const waiting = Array.from({ length: count }, () => lock.run(() => undefined));
    first.release();
    await Promise.all(waiting);
  };
  return contender(nameOf(count, 'a Lock'), 'ours', average(once));
}

const mixed = (i: number): number => 1 + (i % 5);

export const comparisons: Comparisons = () => [
  {
    id: 'all-served',
    title: 'Until all have had their turn',
    unit: 'ms',
    better: 'less',
    reference: nameOf(1000, '1 to 5 permits of a Semaphore'),
    contenders: [1000, 2000].flatMap((count) => [
      permits('1 to 5 permits', count, mixed),
      permits('3 permits', count, () => 3),
      permits('one permit', count, () => 1),
      turns(count),
    ]),
  },
];

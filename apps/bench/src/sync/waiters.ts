// Many tasks that wait at once: twice as many should take twice as long.
import { Lock, Semaphore } from '@manycore/sync';
import { type Comparisons, type Contender, contender } from '../harness/comparison.js';

const nameOf = (count: number, what: string): string =>
  `${count.toLocaleString('en')} wait for ${what}`;

/** All wait for permits that go from one to the next. */
function permits(name: string, count: number, wanted: (i: number) => number): Contender {
  return contender(nameOf(count, `${name} of a Semaphore`), 'ours', async () => {
    const semaphore = new Semaphore(0);
    const waiting = Array.from({ length: count }, (_, i) =>
      semaphore.acquire(wanted(i)).then((guard) => guard.release()),
    );
    semaphore.release(8);
    await Promise.all(waiting);
  });
}

function turns(count: number): Contender {
  return contender(nameOf(count, 'a Lock'), 'ours', async () => {
    const lock = new Lock();
    const first = lock.acquireSync();
    const waiting = Array.from({ length: count }, () => lock.run(() => undefined));
    first.release();
    await Promise.all(waiting);
  });
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

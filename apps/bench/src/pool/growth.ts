// What a task costs as more of them wait: it should cost the same.
import type { Closing, Comparison, Comparisons, Contender } from '../harness/comparison.js';
import { workers } from './contestants/contestant.js';
import { square } from './tasks.js';

/** Every task has another priority, in no order. */
function shuffled(count: number): Float64Array {
  const priorities = Float64Array.from({ length: count }, (_, index) => index);
  let state = 1;
  for (let i = count - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (i + 1);
    [priorities[i], priorities[other]] = [priorities[other] ?? 0, priorities[i] ?? 0];
  }
  return priorities;
}

/** Microseconds a task when so many are submitted at once: again, until it is `least` in all. */
function row(count: number, least: number, hasPriorities: boolean): Contender {
  return {
    name: nameOf(count),
    role: 'ours',
    prepare: async ({ afterComparison }: Closing) => {
      const { ThreadPool } = await import('@manycore/pool');
      const pool = new ThreadPool({ workers, minWorkers: workers });
      afterComparison(() => pool.terminate());
      const priorities = hasPriorities ? shuffled(count) : undefined;
      const fill = async (): Promise<void> => {
        const results = new Array<Promise<number>>(count);
        for (let i = 0; i < count; i += 1) {
          results[i] = priorities
            ? pool.apply(square, [i], { priority: priorities[i] })
            : pool.apply(square, [i]);
        }
        await Promise.all(results);
      };
      const times = Math.ceil(least / count);
      return async () => {
        const start = performance.now();
        for (let i = 0; i < times; i += 1) await fill();
        return ((performance.now() - start) / (times * count)) * 1000;
      };
    },
  };
}

function nameOf(count: number): string {
  return `ThreadPool, ${count.toLocaleString('en')} waiting`;
}

export const comparisons: Comparisons = ({ quick }) => {
  const counts = quick ? [1000, 3000, 10_000] : [1000, 10_000, 100_000, 1_000_000];
  const least = quick ? 3000 : 20_000;
  const comparison = (id: string, title: string, hasPriorities: boolean): Comparison => ({
    id,
    title,
    unit: 'µs',
    better: 'less',
    rounds: quick ? 1 : 5,
    reference: nameOf(1000),
    contenders: counts.map((count) => row(count, least, hasPriorities)),
    targets: counts.slice(1).map((count) => ({ of: nameOf(count), to: nameOf(1000), atMost: 1.5 })),
  });
  return [
    comparison('same-priority', 'A task that waits in a queue, all of one priority', false),
    comparison('distinct-priorities', 'A task that waits in a queue, each of another priority', true),
  ];
};

// The same work for every contestant: how tasks are submitted, and what is measured of them.
import type { Calls, TaskName } from './contestants/contestant.js';
import type { Order } from './tasks.js';

type Value = (index: number) => unknown;

/** Does the work once, and gives its figure. */
export type Work = () => Promise<number>;

export const numbers: Value = (index) => index;

export const orders: Value = (id): Order => ({ id, name: `order ${id}`, price: id % 100, amount: 3 });

/** Tasks a second with so many in flight: each that ends is followed by the next. */
export function inFlight(
  { call }: Calls,
  task: TaskName,
  value: Value,
  count: number,
  most: number,
): Work {
  return async () => {
    let next = 0;
    const follow = async (): Promise<void> => {
      while (next < count) await call(task, value(next++));
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: most }, follow));
    return (count / (performance.now() - start)) * 1000;
  };
}

/** Tasks a second, all submitted at once. */
export function atOnce({ call }: Calls, task: TaskName, value: Value, count: number): Work {
  return async () => {
    const start = performance.now();
    await Promise.all(Array.from({ length: count }, (_, index) => call(task, value(index))));
    return (count / (performance.now() - start)) * 1000;
  };
}

/** Microseconds for a call and its result, one at a time. */
export function oneAtATime({ call }: Calls, count: number): Work {
  return async () => {
    const start = performance.now();
    for (let i = 0; i < count; i += 1) await call('square', i);
    return ((performance.now() - start) / count) * 1000;
  };
}

const arrayBytes = 1024 * 1024;
/** Two for each worker: while it works on one, the next is on its way. */
const arrays = 4;

/** Megabytes a second, there and back: each array goes, comes back, and goes again. */
export function bytesAndBack(
  call: (bytes: Uint8Array<ArrayBuffer>) => PromiseLike<unknown>,
  count: number,
): Work {
  return async () => {
    let next = 0;
    const follow = async (): Promise<void> => {
      let bytes = new Uint8Array(arrayBytes);
      while (next++ < count) {
        const back = await call(bytes);
        if (!(back instanceof Uint8Array) || back.length !== arrayBytes) throw new Error('not the bytes');
        bytes = back as Uint8Array<ArrayBuffer>;
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: arrays }, follow));
    return (count / (performance.now() - start)) * 1000;
  };
}

/** What is measured of short tasks that have one long task among them. */
export interface Mixture {
  /** Milliseconds until all are done. */
  readonly all: number;
  /** How long, at most, a short task was done after the one that was submitted after it. */
  readonly delay: number;
}

export interface MixtureSize {
  readonly short: number;
  readonly shortTime: number;
  readonly longTime: number;
}

/** The long task comes third: then both workers are at work. */
export async function mixture({ call }: Calls, size: MixtureSize): Promise<Mixture> {
  const { short, shortTime, longTime } = size;
  const ended: number[] = [];
  const submit = (milliseconds: number): PromiseLike<number> =>
    call('spin', milliseconds).then(() => performance.now());
  const start = performance.now();
  const times = Array.from({ length: short }, (_, index) => {
    if (index === 2) void submit(longTime).then((end) => ended.push(end));
    return submit(shortTime);
  });
  const ends = await Promise.all(times);
  while (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const delays = ends.map((end, index) => end - (ends[index + 1] ?? Infinity));
  return { all: Math.max(...ends, ...ended) - start, delay: Math.max(0, ...delays) };
}

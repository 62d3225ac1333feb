// The comparisons that threads and processes have in common.
import { bestPeer, type Comparison, lasting, type Settings, type Target } from '../harness/comparison.js';
import { type Calls, contendersFor, type Contestant } from './contestants/contestant.js';
import { cpython, type PythonWork } from './cpython.js';
import { atOnce, bytesAndBack, inFlight, mixture, numbers, oneAtATime, orders, type Work } from './work.js';

/** Of our pool. */
export type PoolTarget = Omit<Target, 'of'>;

export interface Side {
  readonly kind: 'threads' | 'processes';
  /** Our pool is the first. */
  readonly contestants: readonly Contestant[];
  readonly targets: Readonly<Record<string, readonly PoolTarget[]>>;
}

const fullSize = {
  flying: 10_000,
  waiting: 20_000,
  turns: 2000,
  arrays: 400,
  milliseconds: 500,
  short: 100,
  shortTime: 10,
  longTime: 500,
};
const quickSize = {
  flying: 500,
  waiting: 500,
  turns: 100,
  arrays: 8,
  milliseconds: 40,
  short: 10,
  shortTime: 4,
  longTime: 30,
};

const most = 256;
/** "No worse" leaves room for the noise of two equal figures. */
const noWorse = 1.05;

type Heading = Pick<Comparison, 'id' | 'title' | 'unit' | 'better'>;

/** What CPython's pools, which are processes, are asked for. */
type PythonAsk = readonly [work: PythonWork, count: number, most?: number];

/** Everything that is measured of a pool whose workers are threads, or processes. */
export function comparisonsFor(side: Side, { quick }: Settings): readonly Comparison[] {
  const size = quick ? quickSize : fullSize;
  const { kind, contestants } = side;
  const { flying, waiting, turns, arrays, milliseconds, short, shortTime, longTime } = size;
  const targets: Side['targets'] = {
    'one-millisecond': [{ to: bestPeer, atLeast: 1 / noWorse }],
    mixture: [{ to: bestPeer, atMost: noWorse }],
    // Two short tasks: what one worker can be behind the other when both have only short ones.
    delay: [{ atMost: 2 * shortTime }],
    ...side.targets,
  };

  const compare = (heading: Heading, work: (calls: Calls) => Work, python?: PythonAsk): Comparison => ({
    ...heading,
    // Some 200,000 calls pass before the code of ours is compiled.
    ...(heading.unit === 'ms' ? { rounds: 7 } : { rounds: 5, warmups: quick ? 1 : 6 }),
    contenders: [
      ...contendersFor(heading.id, contestants, (calls) => (quick ? work(calls) : lasting(work(calls), heading.better))),
      ...(kind === 'processes' && python ? cpython(...python) : []),
    ],
    targets: (targets[heading.id] ?? []).map((target) => ({ of: contestants[0]?.name ?? '', ...target })),
  });

  const rate = { unit: 'tasks/s', better: 'more' } as const;
  const bytes = { unit: 'MB/s', better: 'more' } as const;
  const time = { unit: 'ms', better: 'less' } as const;
  const some = `${kind}, ${most} in flight`;
  const submitted = `${kind}, ${waiting.toLocaleString('en')} submitted at once`;
  const mixed = `${short} tasks of ${shortTime} ms and one of ${longTime} ms, ${kind}`;
  const all = [
    compare(
      { id: 'numbers-in-flight', title: `Square a number, ${some}`, ...rate },
      (calls) => inFlight(calls, 'square', numbers, flying, most),
      ['numbers', flying, most],
    ),
    compare(
      { id: 'numbers-at-once', title: `Square a number, ${submitted}`, ...rate },
      (calls) => atOnce(calls, 'square', numbers, waiting),
      ['numbers', waiting],
    ),
    compare(
      { id: 'objects-in-flight', title: `A small object in and out, ${some}`, ...rate },
      (calls) => inFlight(calls, 'bill', orders, flying, most),
      ['objects', flying, most],
    ),
    compare(
      { id: 'objects-at-once', title: `A small object in and out, ${submitted}`, ...rate },
      (calls) => atOnce(calls, 'bill', orders, waiting),
      ['objects', waiting],
    ),
    compare(
      { id: 'round-trip', title: `One call at a time, ${kind}`, unit: 'µs', better: 'less' },
      (calls) => oneAtATime(calls, turns),
      ['turns', turns],
    ),
    compare(
      { id: 'bytes-copied', title: `1 MB of bytes in and out, ${kind}, copied`, ...bytes },
      ({ call }) => bytesAndBack((array) => call('touch', array), arrays),
      ['bytes', arrays, 4],
    ),
    compare(
      { id: 'bytes-moved', title: `1 MB of bytes in and out, ${kind}, moved`, ...bytes },
      ({ callMoving }) => {
        if (!callMoving) throw new Error('it cannot move bytes');
        return bytesAndBack(callMoving, arrays);
      },
    ),
    compare(
      { id: 'one-millisecond', title: `${milliseconds} tasks of 1 ms, ${kind}`, ...rate },
      (calls) => atOnce(calls, 'spin', () => 1, milliseconds),
      ['millisecond', milliseconds],
    ),
    compare({ id: 'mixture', title: `${mixed}: until all are done`, ...time }, (calls) => {
      return async () => (await mixture(calls, size)).all;
    }),
    compare(
      { id: 'delay', title: `${mixed}: the longest that a short one ends after its successor`, ...time },
      (calls) => async () => (await mixture(calls, size)).delay,
    ),
  ];
  // Between processes nothing can be moved.
  return kind === 'threads' ? all : all.filter(({ id }) => id !== 'bytes-moved');
}

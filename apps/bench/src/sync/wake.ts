// How long it takes from a release until the one goes on that waits for it without blocking, and there
// and back by two locks; beside a message there and back.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { allocate, type Scope } from '@manycore/memory';
import { Process } from '@manycore/process';
import { Lock } from '@manycore/sync';
import { Thread } from '@manycore/thread';
import { median } from 'simple-statistics';
import { type Closing, type Comparisons, type Contender } from '../harness/comparison.js';
import { clock, takeTurns } from './hammer.js';

const times = 300;

/** Microseconds: there and back, and from each release until the waiter resumed. */
interface Times {
  readonly each: number;
  readonly oneWay: readonly number[];
}

/** This thread gives one lock back and waits for the other, which another party gives back then. */
function takingTurns(scope: Scope, { afterComparison }: Closing): () => Promise<Times> {
  const [ping, pong] = [new Lock({ scope }), new Lock({ scope })];
  ping.acquireSync();
  pong.acquireSync();
  const block = allocate(16, scope);
  const numbers = clock(block);
  const args: Parameters<typeof takeTurns> = [ping, pong, block];
  const party =
    scope === 'threads'
      ? new Thread({ target: takeTurns, args }).start()
      : new Process({ target: takeTurns, args }).start();
  afterComparison(() => {
    numbers[1] = 1n;
    ping.release();
    return party.join();
  });
  return async () => {
    const oneWay: number[] = [];
    const start = performance.now();
    for (let i = 0; i < times; i += 1) {
      ping.release();
      await pong.acquire();
      oneWay.push(Number(process.hrtime.bigint() - (numbers[0] ?? 0n)) / 1000);
    }
    return { each: ((performance.now() - start) / times) * 1000, oneWay };
  };
}

function locks(scope: Scope): Contender[] {
  return [
    {
      name: `two locks there and back, ${scope}`,
      role: 'ours',
      prepare: (closing) => {
        const turns = takingTurns(scope, closing);
        return async () => (await turns()).each;
      },
    },
    {
      name: `release until the waiter resumes, ${scope}`,
      role: 'ours',
      prepare: (closing) => {
        const turns = takingTurns(scope, closing);
        return async () => median([...(await turns()).oneWay]);
      },
    },
  ];
}

const message: Contender = {
  name: 'postMessage there and back',
  role: 'peer',
  prepare: ({ afterComparison }) => {
    const worker = new Worker(new URL('../memory/bounce.js', import.meta.url));
    afterComparison(() => worker.terminate());
    return async () => {
      const start = performance.now();
      for (let i = 0; i < times; i += 1) {
        const answered = once(worker, 'message');
        worker.postMessage(1);
        await answered;
      }
      return ((performance.now() - start) / times) * 1000;
    };
  },
};

export const comparisons: Comparisons = () => [
  {
    id: 'async-waiter',
    title: 'Waking an asynchronous waiter',
    unit: 'µs',
    better: 'less',
    rounds: 15,
    warmups: 5,
    contenders: [message, ...locks('threads'), ...locks('processes')],
  },
];

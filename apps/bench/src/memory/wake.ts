// How long it takes until a waiter goes on: a word to another thread or process and back,
// blocking and not, beside a message there and back.
import { fork } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { allocate, type Scope, Word } from '@manycore/memory';
import { Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { type Comparisons, type Contender, type Run } from '../harness/comparison.js';
import { change, echo, type Manner } from './echo.js';

const times = 300;
const bounce = new URL('./bounce.js', import.meta.url);

function microsecondsEach(start: number): number {
  return ((performance.now() - start) / times) * 1000;
}

/** A word goes to another party and back. */
function word(scope: Scope, manner: Manner): Contender {
  return {
    name: `word, ${scope}, ${manner}`,
    role: 'ours',
    prepare: ({ afterComparison }) => {
      const block = allocate(4, scope);
      const args: [typeof block, Manner] = [block, manner];
      const party =
        scope === 'threads'
          ? new Thread({ target: echo, args }).start()
          : new Process({ target: echo, args }).start();
      const turn = new Word(block, 0);
      afterComparison(() => {
        turn.store(-1);
        turn.notify();
        return party.join();
      });
      return async () => {
        const start = performance.now();
        for (let i = 0; i < times; i += 1) {
          const mine = turn.load() + 1;
          turn.store(mine);
          turn.notify(1);
          await change(turn, mine, manner);
        }
        return microsecondsEach(start);
      };
    },
  };
}

/** A message goes to another party and back. */
function messages(other: EventEmitter, send: () => unknown): Run {
  return async () => {
    const start = performance.now();
    for (let i = 0; i < times; i += 1) {
      const answered = once(other, 'message');
      send();
      await answered;
    }
    return microsecondsEach(start);
  };
}

export const comparisons: Comparisons = () => [
  {
    id: 'there-and-back',
    title: 'A word, or a message, there and back',
    unit: 'µs',
    better: 'less',
    reference: 'postMessage, threads',
    rounds: 15,
    contenders: [
      {
        name: 'postMessage, threads',
        role: 'peer',
        prepare: ({ afterComparison }) => {
          const worker = new Worker(bounce);
          afterComparison(() => worker.terminate());
          return messages(worker, () => worker.postMessage(1));
        },
      },
      {
        name: 'send, processes',
        role: 'peer',
        prepare: ({ afterComparison }) => {
          const child = fork(fileURLToPath(bounce));
          afterComparison(() => child.kill());
          return messages(child, () => child.send(1));
        },
      },
      ...(['threads', 'processes'] as const).flatMap((scope) => [
        word(scope, 'blocking'),
        word(scope, 'async'),
      ]),
    ],
  },
];

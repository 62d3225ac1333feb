// How long it takes until a waiter goes on: a word to another thread or process and back,
// blocking and not, beside a message there and back.
import { fork } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { allocate, type Scope, Word } from '@manycore/memory';
import { Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { compare, type Contender } from './comparison.js';
import { change, echo, type Manner } from './memory-echo.js';

const times = 300;
const closers: (() => unknown)[] = [];

function microsecondsEach(start: number): number {
  return ((performance.now() - start) / times) * 1000;
}

/** A word goes to another party and back. */
function word(scope: Scope, manner: Manner): Contender {
  const block = allocate(4, scope);
  const args: [typeof block, Manner] = [block, manner];
  const party =
    scope === 'threads'
      ? new Thread({ target: echo, args }).start()
      : new Process({ target: echo, args }).start();
  const turn = new Word(block, 0);
  closers.push(() => {
    turn.store(-1);
    turn.notify();
    return party.join();
  });
  return {
    name: `word, ${scope}, ${manner}`,
    run: async () => {
      const start = performance.now();
      for (let i = 0; i < times; i += 1) {
        const mine = turn.load() + 1;
        turn.store(mine);
        turn.notify(1);
        await change(turn, mine, manner);
      }
      return microsecondsEach(start);
    },
  };
}

/** A message goes to another party and back. */
function message(name: string, other: EventEmitter, send: () => unknown): Contender {
  return {
    name,
    run: async () => {
      const start = performance.now();
      for (let i = 0; i < times; i += 1) {
        const answered = once(other, 'message');
        send();
        await answered;
      }
      return microsecondsEach(start);
    },
  };
}

const bounce = new URL('./memory-bounce.js', import.meta.url);
const worker = new Worker(bounce);
const child = fork(fileURLToPath(bounce));
closers.push(
  () => worker.terminate(),
  () => child.kill(),
);

const contenders = [
  message('postMessage, threads', worker, () => worker.postMessage(1)),
  message('send, processes', child, () => child.send(1)),
  ...(['threads', 'processes'] as const).flatMap((scope) => [
    word(scope, 'blocking'),
    word(scope, 'async'),
  ]),
];
await compare({
  title: 'there and back',
  unit: 'µs',
  baseline: 'postMessage, threads',
  contenders,
  rounds: 15,
});
for (const close of closers) await close();

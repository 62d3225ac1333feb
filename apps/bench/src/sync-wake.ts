// How long it takes from a release until the one goes on that waits for it without blocking, and there
// and back by two locks; beside a message there and back.
import { type EventEmitter, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { allocate, type Scope } from '@manycore/memory';
import { Process } from '@manycore/process';
import { Lock } from '@manycore/sync';
import { Thread } from '@manycore/thread';
import { median } from 'simple-statistics';
import { compare, type Contender } from './comparison.js';
import { clock, takeTurns } from './sync-hammer.js';

const times = 300;
const closers: (() => unknown)[] = [];

/** This thread gives one lock back and waits for the other, which another party gives back then. */
function locks(scope: Scope): Contender[] {
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
  closers.push(() => {
    numbers[1] = 1n;
    ping.release();
    return party.join();
  });
  let oneWay: number[] = [];
  const turns = async (): Promise<number> => {
    oneWay = [];
    const start = performance.now();
    for (let i = 0; i < times; i += 1) {
      ping.release();
      await pong.acquire();
      oneWay.push(Number(process.hrtime.bigint() - (numbers[0] ?? 0n)) / 1000);
    }
    return ((performance.now() - start) / times) * 1000;
  };
  return [
    { name: `two locks there and back, ${scope}`, run: turns },
    { name: `release until the waiter resumes, ${scope}`, run: () => median(oneWay) },
  ];
}

function message(other: EventEmitter & { postMessage(value: unknown): void }): Contender {
  return {
    name: 'postMessage there and back',
    run: async () => {
      const start = performance.now();
      for (let i = 0; i < times; i += 1) {
        const answered = once(other, 'message');
        other.postMessage(1);
        await answered;
      }
      return ((performance.now() - start) / times) * 1000;
    },
  };
}

const worker = new Worker(new URL('./memory-bounce.js', import.meta.url));
closers.push(() => worker.terminate());

await compare({
  title: 'waking an asynchronous waiter',
  unit: 'µs',
  baseline: 'postMessage there and back',
  contenders: [message(worker), ...locks('threads'), ...locks('processes')],
  rounds: 15,
});
for (const close of closers) await close();

// What takes part in the benchmarks of queues and pipes: ours, and by messages.
import type { EventEmitter } from 'node:events';
import { Process } from '@manycore/process';
import { pipe, Queue } from '@manycore/queue';
import { Thread } from '@manycore/thread';
import type { Closing, Contender } from '../harness/comparison.js';
import { type Payload, rate } from './payloads.js';
import { bounce, endOfRound, type Manner, sink } from './sink.js';

type Scope = 'threads' | 'processes';

/** A party takes what the main thread puts. */
export function throughQueue(scope: Scope, manner: Manner, payload: Payload): Contender {
  const { value, times, capacity } = payload;
  return {
    name: `Queue, ${manner}`,
    role: 'ours',
    prepare: ({ afterComparison }) => {
      const queue = new Queue<unknown>({ scope, capacity });
      const rounds = new Queue<number>({ scope });
      const args: [Queue<unknown>, Queue<number>, Manner] = [queue, rounds, manner];
      const party =
        scope === 'threads'
          ? new Thread({ target: sink, args }).start()
          : new Process({ target: sink, args }).start();
      afterComparison(() => {
        queue.close();
        return party.join();
      });
      return async () => {
        const start = performance.now();
        if (manner === 'blocking') {
          for (let i = 0; i < times; i += 1) queue.putSync(value);
          queue.putSync(endOfRound);
        } else {
          for (let i = 0; i < times; i += 1) await queue.put(value);
          await queue.put(endOfRound);
        }
        const count = await rounds.get();
        if (count !== times) throw new Error(`${count} of ${times} arrived`);
        return rate(times, start);
      };
    },
  };
}

/** One that sends messages, and says when the other has got them all. */
export interface Messenger {
  readonly send: (value: unknown) => unknown;
  /** Where `message` comes when a round is over. */
  readonly answers: EventEmitter;
}

/** Makes a messenger in the lane of its contender. */
export interface MessengerMaker {
  readonly name: string;
  readonly make: (closing: Closing) => Messenger | Promise<Messenger>;
}

/** How many messages are sent between two looks at the event loop: they must be able to leave. */
const batch = 64;

/** The same by messages that are sent without waiting, a few at a time. */
export function throughMessages({ name, make }: MessengerMaker, { value, times }: Payload): Contender {
  return {
    name,
    role: 'peer',
    prepare: async (closing) => {
      const { send, answers } = await make(closing);
      return async () => {
        const start = performance.now();
        const over = new Promise((resolve) => answers.once('message', resolve));
        for (let i = 0; i < times; i += 1) {
          send(value);
          if (i % batch === 0) await new Promise(setImmediate);
        }
        send(endOfRound);
        await over;
        return rate(times, start);
      };
    },
  };
}

const turns = 4000;

/** Microseconds for a small message there and back. */
export function backAndForth(scope: Scope, manner: Manner): Contender {
  return {
    name: `pipe, ${scope}, ${manner}`,
    role: 'ours',
    prepare: ({ afterComparison }) => {
      const [here, there] = pipe({ scope });
      const args: [typeof there, Manner] = [there, manner];
      const party =
        scope === 'threads'
          ? new Thread({ target: bounce, args }).start()
          : new Process({ target: bounce, args }).start();
      afterComparison(() => {
        here.close();
        return party.join();
      });
      return async () => {
        const start = performance.now();
        for (let i = 0; i < turns; i += 1) {
          if (manner === 'blocking') {
            here.sendSync(i);
            here.recvSync();
          } else {
            await here.send(i);
            await here.recv();
          }
        }
        return ((performance.now() - start) / turns) * 1000;
      };
    },
  };
}

/** The same by messages. */
export function backAndForthBy({ name, make }: MessengerMaker): Contender {
  return {
    name,
    role: 'peer',
    prepare: async (closing) => {
      const { send, answers } = await make(closing);
      return async () => {
        const start = performance.now();
        for (let i = 0; i < turns; i += 1) {
          const back = new Promise((resolve) => answers.once('message', resolve));
          send(i);
          await back;
        }
        return ((performance.now() - start) / turns) * 1000;
      };
    },
  };
}

// The same by the channel of npm's multithreading, which carries JSON.
import '../sync/newer-node.js';
import { channel, move, shutdown, spawn } from 'multithreading';
import type { Contender } from '../harness/comparison.js';
import { type Payload, rate } from './payloads.js';

/** How many messages it may hold: more do not fit into the 64 KB that it has for all of them. */
const places = { '64 B': 128, '1 KB': 8, '1 MB': 1 };

/** Messages a second from one thread to another. */
export function multithreadingChannel({ name, value, times }: Payload): Contender[] {
  // It has no binary data.
  if (value instanceof Uint8Array) return [];
  return [
    {
      name: 'multithreading channel',
      role: 'peer',
      prepare: ({ afterProgram }) => {
        afterProgram(() => shutdown());
        return async () => {
          const [sender, receiver] = channel<unknown>(places[name]);
          const counting = spawn(move(receiver, times), async (incoming, all) => {
            for (let i = 0; i < all; i += 1) await incoming.recv();
            return all;
          });
          // Its worker takes a moment to start.
          await sender.send(value);
          const start = performance.now();
          for (let i = 1; i < times; i += 1) await sender.send(value);
          const result = await counting.join();
          if (!result.ok) throw new Error('the channel failed', { cause: result.error });
          return rate(times - 1, start);
        };
      },
    },
  ];
}

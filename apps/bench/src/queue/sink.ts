// What the other party of the queue benchmarks runs.
import type { Connection, Queue } from '@manycore/queue';

export type Manner = 'blocking' | 'async';

/** Ends a round. */
export const endOfRound = null;

/** Takes everything and says so at the end of each round. */
export async function sink(queue: Queue<unknown>, rounds: Queue<number>, manner: Manner): Promise<void> {
  let count = 0;
  const take = (value: unknown): void => {
    if (value === endOfRound) {
      rounds.putSync(count);
      count = 0;
    } else {
      count += 1;
    }
  };
  if (manner === 'blocking') for (const value of queue) take(value);
  else for await (const value of queue) take(value);
}

/** Sends everything back, until the other end is closed. */
export async function bounce(connection: Connection, manner: Manner): Promise<void> {
  try {
    for (;;) {
      if (manner === 'blocking') connection.sendSync(connection.recvSync());
      else await connection.send(await connection.recv());
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MANYCORE_CONNECTION_CLOSED') throw error;
  }
}

import { randomInt } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline/promises';
import type { Queue } from 'manycore';
import type { Message } from './message.js';
import { everyInterval, runWorker, tell, untilEnd, type WorkerContext } from './worker.js';

/** Looks at the plant at an interval, and tells when its status has changed; one in ten is NOT-OKAY. */
export function watchStatus(context: WorkerContext, interval: number): Promise<void> {
  let last = '';
  return runWorker(context, () =>
    everyInterval(context, interval, async () => {
      const status = randomInt(10) === 0 ? 'NOT-OKAY' : 'OKAY';
      if (status !== last) await tell(context, 'STATUS', status);
      last = status;
    }),
  );
}

/** Tells its data at an interval. */
export function observe(context: WorkerContext, interval: number): Promise<void> {
  return runWorker(context, () =>
    everyInterval(context, interval, () => tell(context, 'OBSERVATION', 'SOME DATA')),
  );
}

/** Sends what comes through the queue: writes it to a file. */
export function send(
  context: WorkerContext,
  messages: Queue<Message | 'END'>,
  file: string,
): Promise<void> {
  return runWorker(context, () =>
    untilEnd(context, messages, ({ type, text }) => appendFile(file, `${type}::${text}\n`)),
  );
}

/** Takes requests from the network, a line each, and answers each with what main replies. */
export function listen(
  context: WorkerContext,
  replies: Queue<string>,
  ports: Queue<number>,
): Promise<void> {
  return runWorker(context, async () => {
    const server = createServer((socket) => void serve(context, replies, socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await ports.put(address.port);
    await context.shutdown.wait();
    server.close();
  });
}

async function serve(
  context: WorkerContext,
  replies: Queue<string>,
  socket: Socket,
): Promise<void> {
  for await (const request of createInterface({ input: socket })) {
    if (request === 'END') {
      await tell(context, 'END', request);
      socket.end();
    } else {
      await tell(context, 'REQUEST', request);
      socket.write(`${await replies.get()}\n`);
    }
  }
}

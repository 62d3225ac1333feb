// A pool over two worker hosts beside what a user of plain BullMQ writes by hand. All on this machine, over loopback.
import type { Closing, Comparisons, Contender, Run } from '../harness/comparison.js';
import { startNats, startProgram, startRedis } from './servers.js';

/** Two hosts with two threads each; so many chunks does `map` make of its items. */
const chunks = 16;

async function cluster(closing: Closing): Promise<{
  map: (items: number[]) => Promise<number[]>;
  apply: (n: number) => Promise<number>;
}> {
  const connection = `redis://127.0.0.1:${await startRedis(closing)}`;
  const { ClusterPool } = await import('@manycore/cluster');
  const { work } = await import('./tasks.js');
  const tasks = new URL('./tasks.js', import.meta.url).href;
  const command = new URL('./cli.js', import.meta.resolve('@manycore/cluster'));
  for (let host = 0; host < 2; host += 1) {
    await startProgram(closing, command, [tasks, '--connection', connection, '--threads', '2']);
  }
  const pool = new ClusterPool({ connection });
  closing.afterProgram(() => pool.terminate());
  await pool.hosts();
  return {
    map: (items) => pool.map(work.same, items, { chunkSize: Math.ceil(items.length / chunks) }),
    apply: (n) => pool.apply(work.same, [n]),
  };
}

async function plain(closing: Closing): Promise<(items: number[]) => Promise<number[]>> {
  const port = await startRedis(closing);
  const { Queue, QueueEvents } = await import('bullmq');
  for (let host = 0; host < 2; host += 1) {
    await startProgram(closing, new URL('./bullmq-worker.js', import.meta.url), [String(port)]);
  }
  const connection = { port, maxRetriesPerRequest: null };
  const queue = new Queue<number[], number[]>('plain', { connection });
  const events = new QueueEvents('plain', { connection });
  await events.waitUntilReady();
  closing.afterProgram(async () => {
    await events.close();
    await queue.close();
  });
  return async (items) => {
    const job = await queue.add('chunk', items, { removeOnComplete: { count: 1000 } });
    return job.waitUntilFinished(events);
  };
}

/** Requests to two programs that share them. Nothing is kept: a request to a program that dies is lost. */
async function nats(closing: Closing): Promise<(items: number[]) => Promise<number[]>> {
  const port = await startNats(closing);
  const { connect } = await import('@nats-io/transport-node');
  for (let host = 0; host < 2; host += 1) {
    await startProgram(closing, new URL('./nats-worker.js', import.meta.url), [String(port)]);
  }
  const connection = await connect({ port });
  closing.afterProgram(() => connection.close());
  return async (items) => {
    const reply = await connection.request('plain', JSON.stringify(items), { timeout: 60_000 });
    return reply.json<number[]>();
  };
}

/** Chunks of the items by hand. */
async function inChunks(items: number[], chunk: (items: number[]) => Promise<number[]>): Promise<number[]> {
  const size = Math.ceil(items.length / chunks);
  const parts = Array.from({ length: chunks }, (_, n) => items.slice(n * size, (n + 1) * size));
  return (await Promise.all(parts.map(chunk))).flat();
}

/** The median time of one call, in milliseconds. */
async function medianOf(count: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await call(n);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[count >> 1] ?? NaN;
}

const row = (
  name: string,
  role: Contender['role'],
  prepare: (closing: Closing) => Promise<Run>,
): Contender => ({ name, role, prepare });

export const comparisons: Comparisons = ({ quick }) => {
  const items = Array.from({ length: 10_000 }, (_, n) => n);
  const calls = quick ? 50 : 500;
  const maps = quick ? 5 : 30;
  return [
    {
      id: 'cluster-map',
      title: '10,000 items that need no work, in 16 chunks, over two hosts of two threads: the median of many',
      unit: 'ms',
      better: 'less',
      contenders: [
        row('ClusterPool.map', 'ours', async (closing) => {
          const { map } = await cluster(closing);
          return () => medianOf(maps, () => map(items));
        }),
        row('BullMQ, chunks by hand', 'peer', async (closing) => {
          const chunk = await plain(closing);
          return () => medianOf(maps, () => inChunks(items, chunk));
        }),
        row('NATS request/reply, chunks by hand', 'reference', async (closing) => {
          const chunk = await nats(closing);
          return () => medianOf(maps, () => inChunks(items, chunk));
        }),
      ],
      targets: [{ of: 'ClusterPool.map', to: 'BullMQ, chunks by hand', atMost: 1.5 }],
    },
    {
      id: 'cluster-call',
      title: 'One call at a time: the median of many',
      unit: 'ms',
      better: 'less',
      contenders: [
        row('ClusterPool.apply', 'ours', async (closing) => {
          const { apply } = await cluster(closing);
          return () => medianOf(calls, apply);
        }),
        row('BullMQ with QueueEvents', 'peer', async (closing) => {
          const chunk = await plain(closing);
          return () => medianOf(calls, (n) => chunk([n]));
        }),
        row('NATS request/reply', 'reference', async (closing) => {
          const chunk = await nats(closing);
          return () => medianOf(calls, (n) => chunk([n]));
        }),
      ],
      targets: [{ of: 'ClusterPool.apply', to: 'BullMQ with QueueEvents', atMost: 1 }],
    },
  ];
};

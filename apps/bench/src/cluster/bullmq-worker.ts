// A worker of plain BullMQ: two jobs at a time, in its own thread; each job is a chunk of numbers.
import { Worker } from 'bullmq';

const worker = new Worker<number[], number[]>('plain', (job) => Promise.resolve(job.data.map((n) => n)), {
  connection: { port: Number(process.argv[2]), maxRetriesPerRequest: null },
  concurrency: 2,
});
await worker.waitUntilReady();
console.log('ready');

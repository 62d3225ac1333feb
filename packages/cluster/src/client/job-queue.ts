import { type Deferred, deferred } from '@manycore/core/internal';
import { type BulkJobOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Keys } from '../protocol/keys.js';
import type { JobData } from '../protocol/messages.js';

/** BullMQ's range of priorities: 1 goes first, this last. */
const lowestPriority = 2_097_152;
const middlePriority = lowestPriority / 2;

/** So many jobs are added by one transaction. */
const batchSize = 200;

/** So many jobs are not worth a transaction, whose first job waits for the last. */
const few = 32;

/** One job to be added. */
export interface NewJob {
  readonly id: string;
  readonly data: JobData;
  readonly priority: number;
}

/** Adds jobs to a queue of BullMQ, many at once, and removes them. */
export class JobQueue {
  readonly #queue: Queue;
  readonly #new: { readonly job: NewJob; readonly done: Deferred<undefined> }[] = [];
  #flushing = false;
  #closed = false;

  constructor(redis: Redis, keys: Keys) {
    this.#queue = new Queue(keys.queue, { connection: redis, prefix: keys.prefix });
    // Errors of the connection: it is made anew.
    this.#queue.on('error', () => undefined);
  }

  /** Resolves when Redis has the job. Those of one turn go together, in their order. */
  add(job: NewJob): Promise<void> {
    const done = deferred<undefined>();
    this.#new.push({ job, done });
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => void this.#flush());
    }
    return done.promise;
  }

  /** Takes a job back. False when a host has it. */
  async remove(id: string): Promise<boolean> {
    return (await this.#queue.remove(id)) === 1;
  }

  /** How many jobs wait, and how many hosts have. */
  async counts(): Promise<{ readonly waiting: number; readonly active: number }> {
    const counts = await this.#queue.getJobCounts('wait', 'prioritized', 'active');
    return {
      waiting: (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0),
      active: counts['active'] ?? 0,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    while (this.#new.length > 0) {
      const batch = this.#new.splice(0, batchSize);
      try {
        await this.#addAll(batch.map(({ job }) => bulkJob(job)));
        for (const { done } of batch) done.resolve(undefined);
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    this.#flushing = false;
  }

  /** The driver gives up a transaction whose connection breaks; the same jobs may be added twice. */
  async #addAll(jobs: ReturnType<typeof bulkJob>[]): Promise<void> {
    for (;;) {
      try {
        // A few go one by one, so that hosts begin the first while the others are added; they arrive in their order.
        if (jobs.length > few) await this.#queue.addBulk(jobs);
        else await Promise.all(jobs.map(({ name, data, opts }) => this.#queue.add(name, data, opts)));
        return;
      } catch (error) {
        if (this.#closed || !isTransient(error)) throw error;
        await pause();
      }
    }
  }
}

/** Whether the same may succeed soon: the connection broke, or Redis is starting, or changes its master. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name !== 'ReplyError' || /^(LOADING|READONLY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN|BUSY)/.test(error.message);
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}

function bulkJob({ id, data, priority }: NewJob): { name: string; data: JobData; opts: BulkJobOptions } {
  return {
    name: data.name,
    data,
    opts: {
      jobId: id,
      priority: bullPriority(priority),
      attempts: data.starts,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    },
  };
}

/** Higher goes first here, lower in BullMQ, which has about two million of them. */
function bullPriority(priority: number): number {
  return Math.min(Math.max(middlePriority - Math.round(priority), 1), lowestPriority);
}

import type { ExitStatus } from '@manycore/core';
import type { WorkerEndpoint } from '@manycore/core/internal';
import { EndpointWorker } from './endpoint-worker.js';
import type { Job } from './job.js';
import { Shortage } from './shortage.js';
import type { Transport, TransportEvents } from './transport.js';
import type { WorkerSetup } from './worker-setup.js';

/** Starts the worker of that number: a thread or process that serves src/worker.ts. */
export type Spawn = (worker: number) => WorkerEndpoint;

/** Carries jobs over the endpoints of threads and processes, one at a time per worker. */
export class EndpointTransport implements Transport {
  readonly reportsStarts = false;
  readonly #spawn: Spawn;
  readonly #setup: WorkerSetup;
  readonly #events: TransportEvents;
  readonly #shortage = new Shortage();
  readonly #workers = new Map<number, EndpointWorker>();

  constructor(spawn: Spawn, setup: WorkerSetup, events: TransportEvents) {
    this.#spawn = spawn;
    this.#setup = setup;
    this.#events = events;
  }

  start(id: number): void {
    let endpoint: WorkerEndpoint;
    try {
      endpoint = this.#spawn(id);
    } catch (error) {
      queueMicrotask(() => this.#notStarted(id, error));
      return;
    }
    this.#shortage.started(id);
    const onGone = (): void => void this.#workers.delete(id);
    const worker = new EndpointWorker(id, endpoint, this.#events, this.#shortage, onGone);
    this.#workers.set(id, worker);
    worker.init(this.#setup);
  }

  #notStarted(id: number, error: unknown): void {
    const departure: ExitStatus = { exitCode: 1 };
    const left = { departure, startError: error, unbegun: true };
    this.#shortage.gone(id, left);
    this.#events.gone(id, left);
  }

  send(worker: number, id: number, job: Job, attempt: number): boolean {
    // One that is gone will be reported so, and the job is sent to another.
    return this.#workers.get(worker)?.send(id, job, attempt) ?? false;
  }

  abort(worker: number, id: number, why: 'aborted' | 'timed-out'): void {
    this.#workers.get(worker)?.abort(id, why);
  }

  recall(worker: number): void {
    this.#events.recalled(worker, []);
  }

  retire(worker: number): void {
    this.#workers.get(worker)?.retire();
  }

  kill(worker: number): void {
    this.#workers.get(worker)?.kill();
  }
}

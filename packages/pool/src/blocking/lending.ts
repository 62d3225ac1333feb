import { ProtocolError } from '@manycore/core';
import type { TargetRef } from '@manycore/core/internal';
import type { CallPayload } from '../executor/call.js';
import type { Executor } from '../executor/executor.js';
import type { WorkerSlot } from '../scheduler/records.js';
import { type LeasedResult, LeasedWorker } from '../transport/leased-worker.js';
import { EndpointConnection } from '../transport/worker-connection.js';
import { type CollectRequest, inFlight, lastTask, type LeaseMemory, type LeaseNews, lost } from './protocol.js';

/** A worker is leased when so many calls in a row … */
const enough = 3;
/** … took at most so many milliseconds each: with longer ones it would gain nothing. */
const short = 5;

interface Lease {
  readonly number: number;
  readonly slot: WorkerSlot<CallPayload>;
  readonly connection: EndpointConnection<CallPayload>;
  readonly worker: LeasedWorker;
}

/** The host's side of leases: which worker is leased to the caller, and when. Races are in README.md. */
export class Lending {
  readonly #executor: Executor;
  readonly #words: Int32Array;
  #short = 0;
  #lease: Lease | undefined;
  /** A worker could not read the rings: no other one will. */
  #refused = false;

  constructor(executor: Executor, words: Int32Array) {
    this.#executor = executor;
    this.#words = words;
  }

  /** A call was done in so many milliseconds. */
  note(elapsed: number): void {
    this.#short = elapsed <= short ? this.#short + 1 : 0;
  }

  /** Leases the worker that ran the last call, if it has nothing to do. Settles with its answer, or its exit. */
  async lend({ number, block, modules }: LeaseMemory): Promise<void> {
    const slot = this.#executor.idleWorker;
    const connection: unknown = slot?.connection;
    if (!slot || !isEndpoint(connection)) return;
    const worker = new LeasedWorker({
      hasTask: () => Atomics.load(this.#words, inFlight) !== 0,
      exited: () => Atomics.store(this.#words, lost, number),
    });
    this.#lease = { number, slot, connection, worker };
    let seen = 0;
    slot.wasUsed = () => {
      const before = seen;
      seen = Atomics.load(this.#words, lastTask);
      return seen !== before || Atomics.load(this.#words, inFlight) !== 0;
    };
    connection.lease(worker, block, modules);
    await worker.answer;
  }

  /** What an answer says of leases, to a request for this target. */
  news(target: TargetRef | undefined): LeaseNews | undefined {
    if (this.#lease?.worker.state === 'refused') this.#refused = true;
    if (this.#lease && this.#lease.worker.state !== 'open') this.#lease = undefined;
    const lease = this.#lease;
    if (lease) {
      // A task that was abandoned may still run there.
      if (lease.slot.state !== 'idle') return undefined;
      return { number: lease.number, target: target && lease.connection.teach(target) };
    }
    const isWanted = this.#short >= enough && !this.#refused && this.#executor.idleWorker !== undefined;
    return isWanted ? 'wanted' : undefined;
  }

  /** How a task of the leased worker ended. */
  collect({ task, corrupted }: CollectRequest): Promise<LeasedResult> {
    const lease = this.#lease;
    if (!lease) return Promise.reject(new ProtocolError('a task of a worker that is not leased'));
    if (corrupted !== undefined) lease.connection.distrust(`wrote to its shared memory what cannot be: ${corrupted}`);
    return lease.worker.collect(task);
  }
}

/** Workers of this machine are reached by such connections; the scheduler knows only what it calls. */
function isEndpoint(connection: unknown): connection is EndpointConnection<CallPayload> {
  return connection instanceof EndpointConnection;
}

import { pathOf } from '../platform/node.js';
import type { PoolSettings } from '../options/pool-options.js';
import type { WorkerConnection, WorkerSlot } from '../scheduler/records.js';
import { locateServer, spawnerOf, type WorkerKind } from './spawners.js';
import type { WorkerSetup } from './message-encoder.js';
import { Shortage, shortageOf } from './shortage.js';
import { SpareBlocks } from './spare-blocks.js';
import type { TaskPayload, Transport, TransportEvents } from './transport.js';
import { EndpointConnection } from './worker-connection.js';

/** Threads or processes: tasks go to them through shared memory, where there is some and it pays, else by message. */
export class EndpointTransport<P extends TaskPayload> implements Transport<P> {
  readonly reportsStarts: boolean;
  readonly #kind: WorkerKind;
  readonly #namePrefix: string;
  readonly #setup: WorkerSetup;
  readonly #events: TransportEvents<P>;
  readonly #shortage = new Shortage();
  readonly #spare = new SpareBlocks();

  /** `namePrefix` begins the names of the workers. */
  constructor(
    kind: WorkerKind,
    namePrefix: string,
    settings: PoolSettings,
    events: TransportEvents<P>,
  ) {
    const { name, initializer, initArgs, limits } = settings;
    this.reportsStarts = limits.reportsStarts;
    this.#kind = kind;
    this.#namePrefix = namePrefix;
    this.#setup = { pool: name, initializer, initArgs, concurrency: limits.concurrency };
    this.#events = events;
  }

  /** The worker serves `worker/pool-worker.ts`. */
  connect(worker: WorkerSlot<P>): WorkerConnection<P> | undefined {
    const { kind, ...options } = this.#kind;
    const name = `${this.#namePrefix}-worker-${worker.id}`;
    try {
      const server = locateServer('manycore-pool-worker');
      const endpoint = spawnerOf(kind).spawn({ ...options, name, daemon: true, server });
      this.#shortage.started(worker.id);
      const spare = this.reportsStarts ? this.#spare : undefined;
      return new EndpointConnection(worker, endpoint, this.#setup, this.#events, this.#shortage, spare);
    } catch (error) {
      queueMicrotask(() => this.#startFailed(worker, error));
      return undefined;
    }
  }

  end(): void {
    this.#spare.end();
  }

  #startFailed(worker: WorkerSlot<P>, error: unknown): void {
    const shortage = shortageOf(error);
    this.#shortage.exited(worker.id, shortage);
    this.#events.exited(worker, { status: { exitCode: 1 }, startError: error, shortage, unbegun: true });
  }
}

/**
 * The kind with options of its own, as they are now, as plain data: `process.env` itself, for one, cannot be
 * sent to the host of the blocking calls.
 *
 * @throws TypeError, RangeError, ManycoreError naming the option that cannot be used.
 */
export function checkedKind(given: WorkerKind): WorkerKind {
  const env = given.env && { ...given.env };
  spawnerOf(given.kind).check(given);
  if (given.kind === 'thread') return { ...given, env };
  return { ...given, env, cwd: given.cwd === undefined ? undefined : pathOf(given.cwd) };
}

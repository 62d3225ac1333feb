import type { WaitOptions } from '@manycore/core';
import { defineInspection, withTimeout } from '@manycore/core/internal';
import { InvalidStateError, type PoolCloseOptions, type PoolStats, type TaskPool } from '@manycore/pool';
import { CallForms, optionalBoolean, optionsOf } from '@manycore/pool/internal';
import { ClusterExecutor } from './client/cluster-executor.js';
import { RedisTransport } from './client/redis-transport.js';
import { type ClusterPoolOptions, clusterPoolSettings } from './options/pool-options.js';
import { registeredTarget } from './options/target.js';
import type { HostInfo } from './protocol/messages.js';

let lastNumber = 0;

/**
 * A pool whose workers are on other machines: the calls of `ThreadPool`, over Redis. Worker hosts, which `serve`
 * or the command `manycore-worker` starts, take them from the queue.
 *
 * A function is known in a cluster by the name that `tasks` registers. Values are copied.
 */
export class ClusterPool extends CallForms implements TaskPool {
  readonly name: string;
  readonly #executor: ClusterExecutor;

  constructor(options: ClusterPoolOptions) {
    const settings = clusterPoolSettings(options, () => `ClusterPool-${(lastNumber += 1)}`);
    const executor = new ClusterExecutor(settings, (client, events) => new RedisTransport(settings, client, events));
    super(executor, registeredTarget);
    this.name = settings.name;
    this.#executor = executor;
  }

  /**
   * Counts and times of the worker hosts and of this pool's tasks. `workers` is what the hosts last said of
   * themselves; `started` counts hosts.
   */
  stats(): PoolStats {
    return this.#executor.stats();
  }

  /** The worker hosts whose lease has not run out, as Redis has them now. */
  hosts(): Promise<HostInfo[]> {
    return this.#executor.transport.hosts();
  }

  /** Waits until another task may wait: the backpressure of `maxQueue`. */
  async room(options?: WaitOptions): Promise<void> {
    await this.#executor.room(options);
  }

  /**
   * Accepts no more calls. Earlier calls are completed. With `cancelPending` those that no worker is known to have
   * begun are dropped, and reject with CancelledError.
   */
  close(options?: PoolCloseOptions): void {
    const cancels = optionalBoolean('cancelPending', optionsOf(options, '{ cancelPending: true }')?.cancelPending);
    this.#executor.close();
    if (cancels) this.#executor.cancelPending();
  }

  /**
   * Waits until all calls are completed and the connections are closed.
   *
   * @throws InvalidStateError before `close` or `terminate`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#executor.closed) {
      throw new InvalidStateError(
        `${this.name} is still open, and join() would wait forever; call close() or terminate() first`,
      );
    }
    await withTimeout(this.#executor.join(), options, `the end of ${this.name}`);
  }

  /** Ends at once: calls that are not completed reject with PoolTerminatedError, and are stopped at the hosts. */
  async terminate(): Promise<void> {
    this.#executor.terminate();
    await this.#executor.join();
  }

  static {
    defineInspection<ClusterPool>(this, (pool) => {
      const { workers, tasks } = pool.stats();
      return {
        name: pool.name,
        state: pool.#executor.summary,
        workers: workers.live,
        waiting: tasks.waiting,
        running: tasks.running,
      };
    });
  }

  /** Leaving an `await using` block closes and joins. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}

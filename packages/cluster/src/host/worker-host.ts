import { defineInspection } from '@manycore/core/internal';
import { type Pool, ProcessPool, ThreadPool } from '@manycore/pool';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ServeSettings } from '../options/serve-options.js';
import { newId, placeName } from '../platform/node.js';
import { Keys } from '../protocol/keys.js';
import { type HostInfo, parseControl } from '../protocol/messages.js';
import { type Commands, scriptCommands } from '../redis/commands.js';
import { blockTime, connectRedis } from '../redis/redis.js';
import { StreamReader, textOf } from '../redis/stream-reader.js';
import type { Catalogue } from './catalogue.js';
import { JobRunner, type RunnerHost } from './job-runner.js';
import { Presence } from './presence.js';

/** How long (ms) BullMQ waits before it tries again to take a job, after an error of Redis. */
const retryDelay = 200;

/** A process that takes the tasks of a queue, and runs them in a pool of its own: what `serve` resolves to. */
export class WorkerHost implements AsyncDisposable, RunnerHost {
  /** One that no other host has. */
  readonly id: string = newId();
  /** Machine and process, for people. */
  readonly place: string = placeName();
  /** @internal */
  readonly settings: ServeSettings;
  /** @internal */
  readonly keys: Keys;
  /** @internal */
  readonly redis: Redis;
  /** @internal */
  readonly commands: Commands;
  /** @internal */
  readonly catalogue: Catalogue;
  /** @internal */
  readonly pool: Pool;
  readonly #control: StreamReader;
  readonly #presence: Presence;
  readonly #runner: JobRunner;
  readonly #worker: Worker;
  #closing: Promise<void> | undefined;

  /** @internal Made by `serve`. */
  constructor(settings: ServeSettings, catalogue: Catalogue) {
    const { kind, slots, graceTime, queue, lease } = settings;
    this.settings = settings;
    this.keys = new Keys(queue);
    this.catalogue = catalogue;
    const name = `host ${this.place}`;
    const options = { workers: slots, graceTime, name };
    this.pool = kind === 'thread' ? new ThreadPool(options) : new ProcessPool(options);
    this.redis = connectRedis(settings, `manycore host ${this.id}`);
    this.commands = scriptCommands(this.redis);
    this.#runner = new JobRunner(this);
    this.#presence = new Presence(this.redis, this.keys, settings, () => this.info, () => this.#dropOrphans());
    const control = connectRedis(settings, `manycore control ${this.id}`);
    this.#control = new StreamReader(control, this.keys.control(this.id), blockTime(settings), (entry) => {
      const message = parseControl(textOf(entry.get('h')));
      if (message) this.#runner.running.get(message.call)?.stop(message.why);
    });
    this.#worker = new Worker(queue, (job, token) => this.#runner.process(job, token), {
      connection: this.redis,
      prefix: this.keys.prefix,
      autorun: false,
      concurrency: slots,
      name: this.id,
      lockDuration: lease,
      stalledInterval: lease / 2,
      // How often a call may be started is counted by the call: see protocol/README.md.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      drainDelay: blockTime(settings) / 1000,
      runRetryDelay: retryDelay,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    // Errors of Redis: BullMQ tries again, and a job whose lease is lost is another host's.
    this.#worker.on('error', () => undefined);
    this.#worker.on('lockRenewalFailed', (ids) => void this.#leaseLost(ids));
  }

  /** @internal Resolves when it takes tasks. */
  async start(): Promise<void> {
    await this.#presence.start();
    await this.#worker.waitUntilReady();
    this.#worker.run().catch(() => undefined);
  }

  /** What the host says of itself to clients. */
  get info(): HostInfo {
    return {
      id: this.id,
      place: this.place,
      version: this.catalogue.version,
      names: this.catalogue.names,
      slots: this.settings.slots,
      running: this.#runner.running.size,
      finished: this.#runner.finished,
      closing: this.#closing !== undefined,
    };
  }

  /** Takes no more tasks, finishes those that run, and ends. What waits is left to other hosts. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** Ends at once: tasks that run are ended, and started again elsewhere as far as their calls allow it. */
  async terminate(): Promise<void> {
    const closed = this.close();
    await this.pool.terminate();
    await closed;
  }

  async #end(): Promise<void> {
    this.#presence.announce().catch(() => undefined);
    await this.#worker.close();
    await this.#presence.stop();
    await this.#control.close();
    this.pool.close();
    await this.pool.join();
    this.redis.disconnect();
  }

  /** Stops what runs for clients that are dead: those that were missing at two looks in a row. */
  #dropOrphans(): void {
    const calls = [...this.#runner.running.values()].filter(({ client }) => client !== undefined);
    if (calls.length === 0) return;
    const clients = [...new Set(calls.map(({ client }) => client ?? ''))];
    const look = this.redis.mget(clients.map((id) => this.keys.client(id)));
    look.then(
      (leases) => {
        for (const call of calls) {
          const isThere = leases[clients.indexOf(call.client ?? '')] !== null;
          if (!isThere && call.orphaned) call.stop('aborted');
          call.orphaned = !isThere;
        }
      },
      () => undefined,
    );
  }

  /** Another host may run these by now; but when Redis has lost a job, this host is the only one that knows it. */
  async #leaseLost(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const exists = await this.redis.exists(this.keys.job(id)).catch(() => 0);
      if (exists === 1) this.#runner.running.get(id)?.stop('lease-lost');
    }
  }

  static {
    defineInspection<WorkerHost>(this, (host) => ({ ...host.info, queue: host.settings.queue }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

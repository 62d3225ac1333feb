import { deferred, defineInspection } from '@manycore/core/internal';
import { type Pool, ProcessPool, ThreadPool } from '@manycore/pool';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ServeSettings } from '../options/serve-options.js';
import { emitWarning, newId, placeName } from '../platform/node.js';
import { Keys } from '../protocol/keys.js';
import { type HostInfo, parseControl } from '../protocol/messages.js';
import { scriptCommands } from '../redis/commands.js';
import { watchConnection } from '../redis/connection-watch.js';
import { blockTime, connectRedis } from '../redis/redis.js';
import { StreamReader, textOf } from '../redis/stream-reader.js';
import { type Condition, HealthServer } from '../platform/health-server.js';
import type { Catalogue } from './catalogue.js';
import { JobRunner } from './job-runner.js';
import { Presence } from './presence.js';
import { ReportQueue } from './report-queue.js';
import { beginWhenTaken, waitAfterTheLast } from './take-commands.js';

/** How long (ms) BullMQ waits before it tries again to take a job, after an error of Redis. */
const retryDelay = 200;

/** A process that takes the tasks of a queue, and runs them in a pool of its own: what `serve` resolves to. */
export class WorkerHost implements AsyncDisposable {
  /** One that no other host has. */
  readonly id: string = newId();
  /** Machine and process, for people. */
  readonly place: string = placeName();
  readonly #settings: ServeSettings;
  readonly #keys: Keys;
  readonly #redis: Redis;
  readonly #catalogue: Catalogue;
  readonly #pool: Pool;
  readonly #reports: ReportQueue;
  #health: HealthServer | undefined;
  readonly #control: StreamReader;
  readonly #presence: Presence;
  readonly #runner: JobRunner;
  readonly #worker: Worker;
  #closing: Promise<void> | undefined;
  readonly #refused = deferred<never>();
  #started = false;
  #warned = false;

  /** @internal Made by `serve`. */
  constructor(settings: ServeSettings, catalogue: Catalogue) {
    const { kind, slots, graceTime, queue, lease } = settings;
    this.#settings = settings;
    this.#keys = new Keys(queue);
    this.#catalogue = catalogue;
    const name = `host ${this.place}`;
    this.#reports = new ReportQueue(kind, (id, report) => this.#runner.report(id, report));
    const options = { workers: slots, graceTime, name, ...this.#reports.initializer };
    this.#pool = kind === 'thread' ? new ThreadPool(options) : new ProcessPool(options);
    this.#redis = connectRedis(settings, `manycore host ${this.id}`);
    // It is of interest while the host starts.
    this.#refused.promise.catch(() => undefined);
    watchConnection(this.#redis, lease, `worker host ${this.place}`, {
      refused: (error) => this.#isRefused(error),
      accepted: () => undefined,
    });
    this.#runner = new JobRunner({
      id: this.id,
      place: this.place,
      settings,
      catalogue,
      keys: this.#keys,
      redis: this.#redis,
      commands: scriptCommands(this.#redis),
      pool: this.#pool,
    });
    this.#presence = new Presence(this.#redis, this.#keys, settings, () => this.info, () => this.#dropOrphans());
    const control = connectRedis(settings, `manycore control ${this.id}`);
    this.#control = new StreamReader(control, this.#keys.control(this.id), blockTime(settings), (entry) => {
      const message = parseControl(textOf(entry.get('h')));
      if (message) this.#runner.stop(message.call, message.why);
    });
    this.#worker = new Worker(queue, (job, token) => this.#runner.process(job, token), {
      connection: this.#redis,
      prefix: this.#keys.prefix,
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
    waitAfterTheLast(this.#worker);
    this.#worker.on('lockRenewalFailed', (ids) => void this.#leaseLost(ids));
  }

  /** @internal Resolves when it takes tasks. @throws RedisRefusedError */
  async start(): Promise<void> {
    try {
      await Promise.race([this.#refused.promise, this.#presence.start().then(() => this.#worker.waitUntilReady())]);
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#started = true;
    beginWhenTaken(this.#redis);
    this.#worker.run().catch(() => undefined);
    const { healthPort } = this.#settings;
    if (healthPort !== undefined) this.#health = await HealthServer.open(healthPort, () => this.#condition());
  }

  /** What the host says of itself to clients. */
  get info(): HostInfo {
    return {
      id: this.id,
      place: this.place,
      version: this.#catalogue.version,
      names: this.#catalogue.names,
      slots: this.#settings.slots,
      running: this.#runner.running.size,
      calls: this.#runner.calls,
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
    await this.#pool.terminate();
    await closed;
  }

  /** The port of `GET /health`; undefined when it is not served. */
  get healthPort(): number | undefined {
    return this.#health?.port;
  }

  /** A host that runs goes on to try: the setting may be mended where Redis is. */
  #isRefused(error: Error): void {
    this.#refused.reject(error);
    if (this.#started && !this.#warned) emitWarning(error);
    this.#warned = true;
  }

  /** Healthy: Redis is there, and it takes tasks. */
  #condition(): Condition {
    const redis = this.#redis.status;
    return { healthy: redis === 'ready' && this.#closing === undefined, redis, ...this.info };
  }

  async #end(): Promise<void> {
    this.#presence.announce().catch(() => undefined);
    await this.#unlessRedisIsGone(this.#worker.close().then(() => this.#presence.stop()));
    await this.#control.close();
    this.#pool.close();
    await this.#pool.join();
    await this.#reports.close();
    await this.#health?.close();
    this.#redis.disconnect();
  }

  /** Waits for it, but not when Redis has been away for a whole lease: by then the host counts as dead anyway. */
  async #unlessRedisIsGone(end: Promise<void>): Promise<void> {
    const { lease } = this.#settings;
    let timer: ReturnType<typeof setInterval> | undefined;
    let since = performance.now();
    const gone = new Promise<void>((resolve) => {
      timer = setInterval(() => {
        const now = performance.now();
        if (this.#redis.status === 'ready') since = now;
        else if (now - since >= lease) resolve();
      }, lease / 10);
    });
    await Promise.race([end, gone]).catch(() => undefined);
    clearInterval(timer);
    end.catch(() => undefined);
    this.#worker.disconnect().catch(() => undefined);
  }

  /** Stops what runs for clients that are dead: those that were missing at two looks in a row. */
  #dropOrphans(): void {
    const calls = [...this.#runner.running.values()].filter(({ client }) => client !== undefined);
    if (calls.length === 0) return;
    const clients = [...new Set(calls.map(({ client }) => client ?? ''))];
    const look = this.#redis.mget(clients.map((id) => this.#keys.client(id)));
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

  /** BullMQ's locks ran out, perhaps while Redis was away: what another host has begun meanwhile is stopped here. */
  async #leaseLost(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const isElsewhere = await this.#runner.isElsewhere(id).catch(() => false);
      if (isElsewhere) this.#runner.running.get(id)?.stop('lease-lost');
    }
  }

  static {
    defineInspection<WorkerHost>(this, (host) => ({ ...host.info, queue: host.#settings.queue }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

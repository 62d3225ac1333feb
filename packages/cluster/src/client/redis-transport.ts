import type { Redis } from 'ioredis';
import type { ClusterPoolSettings } from '../options/pool-options.js';
import { liveHosts } from '../protocol/hosts.js';
import { Keys } from '../protocol/keys.js';
import { type ControlMessage, type HostInfo, parseReply } from '../protocol/messages.js';
import { type Commands, scriptCommands } from '../redis/commands.js';
import { watchConnection } from '../redis/connection-watch.js';
import { blockTime, connectRedis } from '../redis/redis.js';
import { StreamReader, textOf } from '../redis/stream-reader.js';
import { ClientLease, type LeaseState } from './client-lease.js';
import type { BegunCall, ClientTransport, TransportEvents } from './client-transport.js';
import { JobQueue, type NewJob } from './job-queue.js';

/** A control stream keeps about so many messages: a host reads them at once. */
const controlLength = 10_000;

/** Reaches worker hosts by BullMQ's jobs, and by streams of Redis: see protocol/README.md. */
export class RedisTransport implements ClientTransport {
  readonly #client: string;
  readonly #keys: Keys;
  readonly #redis: Redis;
  readonly #commands: Commands;
  readonly #jobs: JobQueue;
  readonly #lease: ClientLease;
  readonly #replies: StreamReader;
  readonly #events: TransportEvents;
  /** Hosts know the client. */
  readonly #started: Promise<void>;
  #trimmed = '';

  constructor(settings: ClusterPoolSettings, client: string, events: TransportEvents) {
    this.#client = client;
    this.#events = events;
    this.#keys = new Keys(settings.queue);
    this.#redis = connectRedis(settings, `manycore client ${client}`);
    watchConnection(this.#redis, settings.lease, settings.name, events);
    this.#commands = scriptCommands(this.#redis);
    this.#jobs = new JobQueue(this.#redis, this.#keys);
    const renewed = (state: LeaseState): void => this.#renewed(state);
    this.#lease = new ClientLease(this.#redis, this.#commands, this.#keys, client, settings, renewed);
    const reading = connectRedis(settings, `manycore replies ${client}`);
    for (const redis of [this.#redis, reading]) unreference(redis);
    this.#replies = new StreamReader(reading, this.#keys.replies(client), blockTime(settings), (entry) => {
      const reply = parseReply(textOf(entry.get('h')));
      if (reply) events.reply({ reply, bytes: entry.get('v') });
    });
    this.#started = this.#lease.start();
  }

  async add(job: NewJob): Promise<void> {
    // A host that got it before would take its client for dead.
    await this.#started;
    await this.#jobs.add(job);
  }

  remove(id: string): Promise<boolean> {
    return this.#jobs.remove(id);
  }

  async stop(host: string, message: ControlMessage): Promise<void> {
    const key = this.#keys.control(host);
    await this.#redis.xadd(key, 'NOMKSTREAM', 'MAXLEN', '~', controlLength, '*', 'h', JSON.stringify(message));
  }

  async exist(ids: readonly string[]): Promise<readonly boolean[]> {
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.exists(this.#keys.job(id));
    const results = (await pipeline.exec()) ?? [];
    return results.map(([error, exists]) => {
      if (error) throw error;
      return exists === 1;
    });
  }

  async begun(): Promise<ReadonlyMap<string, BegunCall>> {
    const all = await this.#redis.hgetall(this.#keys.begun(this.#client));
    return new Map(
      Object.entries(all).map(([call, text]) => {
        const [start = '', host = ''] = text.split(' ');
        return [call, { host, start: Number(start) }];
      }),
    );
  }

  async delivered(): Promise<void> {
    const [last] = await this.#redis.xrevrange(this.#keys.replies(this.#client), '+', '-', 'COUNT', 1);
    if (last) await this.#replies.reached(last[0]);
  }

  hosts(): Promise<HostInfo[]> {
    return liveHosts(this.#redis, this.#keys);
  }

  counts(): Promise<{ readonly waiting: number; readonly active: number }> {
    return this.#jobs.counts();
  }

  async attach(call: string, keep: number): Promise<boolean> {
    await this.#started;
    const result = await this.#attach(call, keep);
    if (result || (await this.exist([call]))[0] === true) return true;
    // It was answered between the two looks, or is not known.
    return this.#attach(call, keep);
  }

  async close(): Promise<void> {
    this.#lease.stop();
    // Only when Redis is there: otherwise the lease runs out by itself.
    if (this.#redis.status === 'ready') {
      await this.#redis
        .del(this.#keys.client(this.#client), this.#keys.replies(this.#client), this.#keys.begun(this.#client))
        .catch(() => undefined);
    }
    await this.#replies.close();
    const closed = this.#jobs.close();
    if (this.#redis.status === 'ready') await closed;
    this.#redis.disconnect();
  }

  async #attach(call: string, keep: number): Promise<boolean> {
    const keys = [this.#keys.result(call), this.#keys.waiters(call)];
    const result = await this.#commands.attach(keys, [this.#keys.replies(this.#client), keep]);
    if (!result) return false;
    const reply = parseReply(textOf(result[0]));
    if (reply) this.#events.reply({ reply, bytes: result[1] });
    return true;
  }

  #renewed(state: LeaseState): void {
    if (state === 'replies-lost') this.#replies.rewind();
    else this.#trim();
    this.#events.renewed(state);
  }

  /** Forgets the replies that were read. */
  #trim(): void {
    const { last } = this.#replies;
    if (last === this.#trimmed) return;
    this.#trimmed = last;
    this.#redis.xtrim(this.#keys.replies(this.#client), 'MINID', '~', last).catch(() => undefined);
  }
}

/** The connection does not keep the program alive: calls that are not settled do. */
function unreference(redis: Redis): void {
  redis.on('connect', () => {
    (redis as unknown as { stream?: { unref?: () => void } }).stream?.unref?.();
  });
}

import type { Redis } from 'ioredis';
import type { ClusterSettings } from '../options/connection.js';
import { type Keys, knownName } from '../protocol/keys.js';
import type { HostInfo } from '../protocol/messages.js';

/** So many leases long the control stream of a host that has died is kept. */
const controlLeases = 10;

/** Keeps a host's lease, and what it says of itself. */
export class Presence {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #lease: number;
  readonly #info: () => HostInfo;
  readonly #onTick: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `onTick` is called with each renewal. */
  constructor(redis: Redis, keys: Keys, settings: ClusterSettings, info: () => HostInfo, onTick: () => void) {
    this.#redis = redis;
    this.#keys = keys;
    this.#lease = settings.lease;
    this.#info = info;
    this.#onTick = onTick;
  }

  /** Resolves when clients can see the host. */
  async start(): Promise<void> {
    await this.announce();
    this.#timer = setInterval(() => {
      this.announce().catch(() => undefined);
      this.#onTick();
    }, this.#lease / 3);
  }

  async announce(): Promise<void> {
    const info = this.#info();
    const control = this.#keys.control(info.id);
    const known = info.names.map((name) => knownName(name, info.version));
    const results = await this.#redis
      .pipeline()
      .set(this.#keys.host(info.id), JSON.stringify(info), 'PX', this.#lease)
      .sadd(this.#keys.hosts, info.id)
      .pexpire(control, this.#lease * controlLeases)
      .sadd(this.#keys.knows(info.id), ...known)
      .pexpire(this.#keys.knows(info.id), this.#lease * controlLeases)
      .exec();
    // Redis lost it: what is written to a stream that is not there is lost as well.
    if (results?.[2]?.[1] === 0) await this.#redis.xadd(control, '*', 'h', '{}');
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const { id } = this.#info();
    await this.#redis
      .pipeline()
      .del(this.#keys.host(id), this.#keys.control(id), this.#keys.knows(id))
      .srem(this.#keys.hosts, id)
      .exec();
  }
}

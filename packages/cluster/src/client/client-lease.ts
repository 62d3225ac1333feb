import type { Redis } from 'ioredis';
import type { ClusterSettings } from '../options/connection.js';
import type { Keys } from '../protocol/keys.js';
import type { Commands } from '../redis/commands.js';

/** The replies of a client are kept for so many leases after its last sign of life, but at least five minutes. */
const replyLeases = 10;
const leastReplyTime = 300_000;

/** What a renewal found. */
export type LeaseState = 'kept' | 'lapsed' | 'replies-lost';

/** Says to Redis that a client lives, every third of a lease, and at once after each reconnection. */
export class ClientLease {
  readonly #commands: Commands;
  readonly #keys: readonly [lease: string, replies: string, begun: string];
  readonly #times: readonly [lease: number, replies: number];
  readonly #onRenewed: (state: LeaseState) => void;
  readonly #onReady: () => void;
  readonly #redis: Redis;
  #timer: ReturnType<typeof setInterval> | undefined;
  #renewing: Promise<void> | undefined;
  #first = true;

  constructor(
    redis: Redis,
    commands: Commands,
    keys: Keys,
    client: string,
    { lease }: ClusterSettings,
    onRenewed: (state: LeaseState) => void,
  ) {
    this.#redis = redis;
    this.#commands = commands;
    this.#keys = [keys.client(client), keys.replies(client), keys.begun(client)];
    this.#times = [lease, Math.max(lease * replyLeases, leastReplyTime)];
    this.#onRenewed = onRenewed;
    this.#onReady = () => void this.renew();
  }

  /** Resolves when hosts know the client. */
  async start(): Promise<void> {
    const [lease] = this.#times;
    this.#timer = setInterval(() => void this.renew(), lease / 3);
    this.#timer.unref();
    this.#redis.on('ready', this.#onReady);
    await this.renew();
  }

  /** Resolves when it is done; never rejects. One at a time: the connection may be slow. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#redis.off('ready', this.#onReady);
  }

  async #renew(): Promise<void> {
    try {
      const found = await this.#commands.renew(this.#keys, this.#times);
      const state = found === 1 ? 'kept' : found === 0 ? 'lapsed' : 'replies-lost';
      const isFirst = this.#first;
      this.#first = false;
      this.#onRenewed(isFirst ? 'kept' : state);
    } catch {
      // It was closed, or Redis refuses to write: the next renewal tries again.
    }
  }
}

import { allocate, Word } from '@manycore/memory';
import { ClusterPool } from '@manycore/cluster';
import { ProcessPool, type TaskPool, ThreadPool } from '@manycore/pool';
import type { Program } from '@manycore/testing';
import { startHosts } from './hosts.js';
import { RedisServer } from './redis.js';

export const poolKinds = [
  'ThreadPool',
  'ProcessPool',
  'ClusterPool',
  'ClusterPool over processes',
] as const;
export type PoolKind = (typeof poolKinds)[number];

/** Where a suite's pools run: for a cluster, a Redis and two hosts. */
export class Place implements AsyncDisposable {
  /** How soon a host's death is seen, in milliseconds. */
  static readonly lease: number = 1000;
  readonly kind: PoolKind;
  readonly #redis: RedisServer | undefined;
  readonly #hosts: readonly Program[];

  static async open(kind: PoolKind, module: URL): Promise<Place> {
    if (kind === 'ThreadPool' || kind === 'ProcessPool') return new Place(kind, undefined, []);
    const redis = await RedisServer.start();
    const workers = kind === 'ClusterPool' ? '--threads' : '--processes';
    const args = [workers, '2', '--grace', '20'];
    return new Place(kind, redis, await startHosts({ url: redis.url, lease: Place.lease, module: module.href, args }));
  }

  private constructor(kind: PoolKind, redis: RedisServer | undefined, hosts: readonly Program[]) {
    this.kind = kind;
    this.#redis = redis;
    this.#hosts = hosts;
  }

  /** Where its Redis is. */
  get url(): string {
    return this.#redis?.url ?? '';
  }

  makePool(options: { readonly maxQueue?: number } = {}): TaskPool {
    const here = { workers: 4, graceTime: 20, ...options };
    if (this.kind === 'ThreadPool') return new ThreadPool(here);
    // One pool serves many tests: its workers must not open memory for large values in the middle of one.
    if (this.kind === 'ProcessPool') return new ProcessPool({ ...here, transport: 'messages' });
    return new ClusterPool({ connection: this.url, lease: Place.lease, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) await host[Symbol.asyncDispose]();
    await this.#redis?.[Symbol.asyncDispose]();
  }
}

/** Opens what this process keeps until it ends, once it has shared memory with another: for the leak checks. */
export async function startSharing(): Promise<void> {
  const wait = new Word(allocate(4, 'processes'), 0).waitAsync(0, 1);
  if (wait !== 'not-equal') await wait.settled;
}

import type { RedisOptions } from 'ioredis';

/** Where Redis is: a `redis://` or `rediss://` URL, or ioredis's options (TLS, user, password, Sentinel, …). */
export type Connection = string | URL | RedisOptions;

/** What both sides of a cluster must agree on. */
export interface ClusterBasics {
  readonly connection: Connection;
  /** Pools and worker hosts of the same queue belong together. Letters, digits, `-`, `_` and `.`. Default `manycore`. */
  readonly queue?: string | undefined;
  /**
   * How long (ms) a client or a worker host may be silent until it counts as dead. Default 10,000. Only Redis's
   * clock counts: those of the machines may differ.
   */
  readonly lease?: number | undefined;
  /** The largest message, in bytes: the encoded arguments of a call, or its result. Default 5 MB. */
  readonly maxPayload?: number | undefined;
  /**
   * The version of the functions. A worker host refuses the calls of another version, and leaves them to hosts
   * that have it. Default: the empty string.
   */
  readonly version?: string | undefined;
}

/** The same, checked and complete. */
export interface ClusterSettings {
  readonly redis: RedisSettings;
  readonly queue: string;
  readonly lease: number;
  readonly maxPayload: number;
  readonly version: string;
}

export interface RedisSettings {
  readonly url: string | undefined;
  readonly options: RedisOptions;
}

const fiveMegabytes = 5 * 1024 * 1024;
/** Below this, a busy machine's pauses would count as deaths. */
const shortestLease = 100;

/** @throws TypeError, RangeError naming the option. */
export function clusterSettings(options: ClusterBasics): ClusterSettings {
  const { connection, queue = 'manycore', lease = 10_000, maxPayload = fiveMegabytes, version = '' } = options;
  if (!/^[\w.-]+$/.test(queue)) {
    throw new TypeError(`queue must be a name of letters, digits, -, _ and ., not '${queue}'`);
  }
  if (typeof version !== 'string') throw new TypeError('version must be a string');
  return {
    redis: redisSettings(connection),
    queue,
    lease: wholeOf('lease', lease, shortestLease, 'milliseconds'),
    maxPayload: wholeOf('maxPayload', maxPayload, 1, 'bytes'),
    version,
  };
}

function wholeOf(name: string, value: unknown, least: number, unit: string): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number of ${unit}, not ${typeof value}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least} ${unit}, not ${value}`);
  }
  return value;
}

function redisSettings(connection: unknown): RedisSettings {
  if (typeof connection === 'string' || connection instanceof URL) {
    const url = String(connection);
    if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
      throw new TypeError(`connection must be a redis:// or rediss:// URL, not ${url.replace(/\/\/.*@/, '//…@')}`);
    }
    return { url, options: {} };
  }
  if (typeof connection === 'object' && connection !== null) {
    return { url: undefined, options: connection };
  }
  throw new TypeError("connection must be a URL such as 'redis://localhost:6379', or ioredis's options");
}

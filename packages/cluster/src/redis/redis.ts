import { Redis } from 'ioredis';
import type { ClusterSettings } from '../options/connection.js';

/** A silent connection is taken for broken after a lease, but not sooner than this (ms): Redis may be busy. */
const leastSilence = 2000;

/** How long (ms) to wait before a connection is tried again. */
const longestReconnectDelay = 500;

/** How long a connection may be silent, in milliseconds, while an answer is due. */
function silenceLimit({ lease }: ClusterSettings): number {
  return Math.max(lease, leastSilence);
}

/** How long a blocking command may block, in milliseconds, so that its connection is never silent for too long. */
export function blockTime(settings: ClusterSettings): number {
  return silenceLimit(settings) / 2;
}

/**
 * A connection to Redis. It reconnects forever, and commands wait meanwhile: what is in doubt when a connection
 * breaks is sent again, and every command of this package may be.
 */
export function connectRedis(settings: ClusterSettings, name: string): Redis {
  const { url, options } = settings.redis;
  const all = {
    ...options,
    replyMapping: 'legacy' as const,
    connectionName: name,
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    connectTimeout: silenceLimit(settings),
    socketTimeout: silenceLimit(settings),
    retryStrategy: (times: number) => Math.min(times * 50, longestReconnectDelay),
  };
  const redis = url === undefined ? new Redis(all) : new Redis(url, all);
  // BullMQ adds one for each command that waits for the connection.
  redis.setMaxListeners(Infinity);
  // A connection that breaks is made anew; listeners of `close` learn of it.
  redis.on('error', () => undefined);
  return redis;
}

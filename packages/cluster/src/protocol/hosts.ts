import type { Redis } from 'ioredis';
import type { Keys } from './keys.js';
import { type HostInfo, parseHost } from './messages.js';

/** The worker hosts whose lease has not run out. Forgets those that are dead. */
export async function liveHosts(redis: Redis, keys: Keys): Promise<HostInfo[]> {
  const ids = await redis.smembers(keys.hosts);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map((id) => keys.host(id)));
  const dead = ids.filter((_, index) => texts[index] === null);
  if (dead.length > 0) await redis.srem(keys.hosts, dead);
  return texts.flatMap((text) => (text === null ? [] : (parseHost(text) ?? [])));
}

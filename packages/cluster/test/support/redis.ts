import { whyNoRedis } from '@manycore/testing/servers';

export { RedisServer } from '@manycore/testing/servers';

const reason = whyNoRedis();

/** Why tests with a Redis cannot run here; undefined when they can. */
export const noRedis: string | undefined = reason === undefined ? undefined : `skipped: ${reason}`;

if (noRedis !== undefined) console.log(noRedis);

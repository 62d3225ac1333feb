export { freePort } from './free-port.js';
export { RedisServer, whyNoRedis } from './redis-server.js';

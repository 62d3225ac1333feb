import type { Endpoint } from '@manycore/core/internal';
import { Broker } from './sync/broker.js';
import { isOpenBroker } from './sync/protocol.js';

/** What the thread of a pool's blocking calls runs. */
export function serve(endpoint: Endpoint): void {
  endpoint.onMessage((message) => {
    if (isOpenBroker(message)) new Broker(message);
  });
}

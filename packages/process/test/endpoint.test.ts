import type { WorkerEndpoint } from '@manycore/core/internal';
import { expectNoLeaks } from '@manycore/testing';
import { endpointContract } from '@manycore/testing/contracts';
import { spawnProcess } from '@manycore/process/internal';

expectNoLeaks();

const server = new URL('fixtures/echo-server.mjs', import.meta.url).href;

endpointContract({
  open: () => spawnProcess({ name: 'echo', server }),
  settle: (endpoint) => (endpoint as WorkerEndpoint).departed,
});

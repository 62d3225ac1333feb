import { library } from '../../tsup.config.base.js';

export default library({ internal: 'src/internal.ts' }, undefined, {
  'manycore-pool-worker': 'src/worker/pool-worker.ts',
  'manycore-pool-host': 'src/blocking/host-entry.ts',
  'manycore-pool-rings': 'src/transport/ring/open-rings.ts',
  'manycore-pool-ring-runner': 'src/worker/ring-runner.ts',
});

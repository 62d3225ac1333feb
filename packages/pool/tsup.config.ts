import { library } from '../../tsup.config.base.js';

const workers = { 'manycore-pool-worker': 'src/worker/pool-worker.ts' };

export default library({ internal: 'src/internal.ts' }, workers, {
  'manycore-pool-host': 'src/blocking/host-entry.ts',
  'manycore-pool-rings': 'src/transport/ring/open-rings.ts',
  'manycore-pool-ring-runner': 'src/worker/ring-runner.ts',
});

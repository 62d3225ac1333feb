import { library } from '../../tsup.config.base.js';

export default library({
  'manycore-pool-worker': 'src/worker/pool-worker.ts',
  'manycore-pool-host': 'src/blocking/host.ts',
});

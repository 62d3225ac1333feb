import { library } from '../../tsup.config.base.js';

export default library({ worker: 'src/worker/pool-worker.ts', host: 'src/blocking/host.ts' });

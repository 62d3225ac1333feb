import { library } from '../../tsup.config.base.js';

export default library({ worker: 'src/worker.ts', broker: 'src/broker.ts' });

import { library } from '../../tsup.config.base.js';

export default library({ cli: 'src/cli.ts', worker: 'src/worker.ts' });

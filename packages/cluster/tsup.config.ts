import { library } from '../../tsup.config.base.js';

export default library({ task: 'src/task.ts', cli: 'src/cli.ts', worker: 'src/worker.ts' });

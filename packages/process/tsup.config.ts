import { library } from '../../tsup.config.base.js';

export default library({ internal: 'src/internal.ts' }, { 'manycore-process-entry': 'src/child.ts' });

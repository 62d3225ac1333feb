import { libraryInOneFile } from '../../tsup.config.base.js';

export default libraryInOneFile({ 'manycore-process-entry': 'src/child.ts' });

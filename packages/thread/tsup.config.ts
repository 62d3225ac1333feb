import { libraryInOneFile } from '../../tsup.config.base.js';

export default libraryInOneFile({ 'manycore-thread-entry': 'src/child.ts' });

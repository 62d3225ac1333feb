import { libraryInOneFile } from '../../tsup.config.base.js';

export default libraryInOneFile();

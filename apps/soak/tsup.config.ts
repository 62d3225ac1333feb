import { application } from '../../tsup.config.base.js';

export default application();

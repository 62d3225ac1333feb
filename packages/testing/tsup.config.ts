import { library } from '../../tsup.config.base.js';

// Both belong to the workspace's root. Listed here they would be resolved for this package alone,
// and a second vitest beside the one that runs the tests finds no runner.
export default library({}, ['vitest', 'tsx']);

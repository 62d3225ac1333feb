import { library } from '../../tsup.config.base.js';

export default library({
  contracts: 'src/contracts/index.ts',
  processes: 'src/proc/index.ts',
  // What the contracts' workers import: apart from the tests, which only the test runner can load.
  targets: 'src/contracts/activity/targets.ts',
  thrown: 'src/contracts/activity/thrown.ts',
  program: 'src/contracts/activity/program.ts',
  'program-targets': 'src/contracts/activity/program-targets.ts',
});

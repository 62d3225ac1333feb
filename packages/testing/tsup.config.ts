import { library } from '../../tsup.config.base.js';

export default library({
  contracts: 'src/contracts/index.ts',
  processes: 'src/proc/index.ts',
  servers: 'src/servers/index.ts',
  browser: 'src/browser/chromium.ts',
  // What the contracts' workers import: apart from the tests, which only the test runner can load.
  targets: 'src/contracts/worker/targets.ts',
  thrown: 'src/contracts/worker/thrown.ts',
  program: 'src/contracts/worker/program.ts',
  'program-targets': 'src/contracts/worker/program-targets.ts',
});

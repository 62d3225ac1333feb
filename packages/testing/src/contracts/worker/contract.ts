import { errorContract } from './errors.js';
import { exitCodeContract } from './exit-codes.js';
import { targetContract } from './forms.js';
import { guardContract } from './guard.js';
import { interferenceContract } from './interference.js';
import type { WorkerKit } from './kit.js';
import { lifecycleContract } from './lifecycle.js';
import { programContract } from './programs.js';
import { valueContract } from './values.js';

/** What threads and processes promise alike. Call it at the top of a test file, after `expectNoLeaks`. */
export function workerContract(kit: WorkerKit): void {
  lifecycleContract(kit);
  interferenceContract(kit);
  exitCodeContract(kit);
  valueContract(kit);
  errorContract(kit);
  targetContract(kit);
  guardContract(kit);
  programContract(kit);
}

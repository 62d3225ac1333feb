import { ProcessPool } from '@manycore/pool';
import { poolContract } from './contract/pool-contract.js';

poolContract({ name: 'ProcessPool', make: (options) => new ProcessPool(options) });

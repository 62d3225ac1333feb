import { ThreadPool } from '@manycore/pool';
import { poolContract } from './contract/pool-contract.js';

poolContract({ name: 'ThreadPool', make: (options) => new ThreadPool(options) });

import { expectNoLeaks } from '@manycore/testing';
import { workerContract } from '@manycore/testing/contracts';
import { processKit } from './kit.js';

expectNoLeaks();

workerContract(processKit);

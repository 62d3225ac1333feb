import { expectNoLeaks } from '@manycore/testing';
import { workerContract } from '@manycore/testing/contracts';
import { threadKit } from './kit.js';

expectNoLeaks();

workerContract(threadKit);

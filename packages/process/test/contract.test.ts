import { expectNoLeaks } from '@manycore/testing';
import { activityContract } from '@manycore/testing/contracts';
import { processKit } from './kit.js';

expectNoLeaks();

activityContract(processKit);

import { expectNoLeaks } from '@manycore/testing';
import { activityContract } from '@manycore/testing/contracts';
import { threadKit } from './kit.js';

expectNoLeaks();

activityContract(threadKit);

import { expectNoLeaks } from '@manycore/testing';
import { lieContract } from '@manycore/testing/contracts';
import { threadKit } from './kit.js';

expectNoLeaks();

await lieContract(threadKit);

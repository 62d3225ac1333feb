import { expectNoWarnings } from '@manycore/testing';

expectNoWarnings();

import { deathMatrix } from './matrix.js';

deathMatrix('ProcessPool');

import { deathMatrix } from './matrix.js';

deathMatrix('ThreadPool');

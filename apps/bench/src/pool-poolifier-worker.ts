import { ThreadWorker } from 'poolifier';
import { spin, square } from './pool-tasks.js';

export default new ThreadWorker<number, number>({
  spin: (n = 0) => spin(n),
  square: (n = 0) => square(n),
});

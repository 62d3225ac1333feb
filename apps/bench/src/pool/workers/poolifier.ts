import { ThreadWorker } from 'poolifier';
import { bill, churn, type Order, spin, square, touch } from '../tasks.js';

export default new ThreadWorker<unknown, unknown>({
  square: (n) => square(n as number),
  bill: (order) => bill(order as Order),
  touch: (bytes) => touch(bytes as Uint8Array),
  spin: (milliseconds) => spin(milliseconds as number),
  churn: (units) => churn(units as number),
});

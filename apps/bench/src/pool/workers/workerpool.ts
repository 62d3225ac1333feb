import workerpool from 'workerpool';
import { estimate } from '../parzen.js';
import { bill, churn, spin, square, squareAll, touch } from '../tasks.js';

function touchMoved(bytes: Uint8Array): unknown {
  touch(bytes);
  return new workerpool.Transfer(bytes, [bytes.buffer]);
}

workerpool.worker({ square, bill, touch, touchMoved, spin, churn, squareAll, estimate });

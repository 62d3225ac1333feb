import { parentPort } from 'node:worker_threads';
import { expose, transfer } from 'comlink';
import { nodeEndpoint } from '../contestants/node-endpoint.js';
import { bill, churn, spin, square, touch } from '../tasks.js';

function touchMoved(bytes: Uint8Array): Uint8Array {
  return transfer(touch(bytes), [bytes.buffer as ArrayBuffer]);
}

if (parentPort) expose({ square, bill, touch, touchMoved, spin, churn }, nodeEndpoint(parentPort));

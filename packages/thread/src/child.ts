import { workerData } from './platform/node.js';
import { runThread } from './run-thread.js';

// The entry of every worker thread.
await runThread(workerData);

import { workerData } from './platform/node.js';
import { runThread } from './run-thread.js';

// The entry of every worker thread. Not awaited: a thread whose target waits for an event that never comes
// ends with exit code 0, as a process does, and not with a warning about this file.
void runThread(workerData);

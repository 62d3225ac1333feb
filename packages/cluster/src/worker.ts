// What the pool of a worker host imports in its threads or processes.
export { connectReports } from './worker/reports.js';
export { runCall } from './worker/run-call.js';

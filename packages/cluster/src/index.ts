export { isMain, task, tasks } from '@manycore/core';
export { ClusterPool } from './cluster-pool.js';
export { CallLostError, PayloadTooLargeError } from './errors.js';
export type { WorkerHost } from './host/worker-host.js';
export type { ClusterBasics, Connection } from './options/connection.js';
export type { ClusterPoolOptions, LogEntry } from './options/pool-options.js';
export type { ServeOptions } from './options/serve-options.js';
export type { HostInfo } from './protocol/messages.js';
export { serve } from './serve.js';

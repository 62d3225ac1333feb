/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
export { scopeOf } from './scope.js';
export type { TaskContext } from './tasks/task-context.js';
export { taskContexts } from './tasks/task-contexts.js';
export { terminateThread } from './threads/native-loading.js';
export { threadEnded } from './threads/thread-owners.js';

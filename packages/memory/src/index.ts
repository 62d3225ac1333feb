export { allocate } from './block.js';
export type { Owners } from './owners.js';
export type { Parker, PendingWait } from './parker.js';
export { type Scope, scopeOf } from './scope.js';
export type { SharedBlock } from './shared-block.js';
export { threadEnded } from './threads/thread-owners.js';
export { Word } from './word.js';

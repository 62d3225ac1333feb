export type { Owners } from './owners.js';
export type { Parker, PendingWait } from './parker.js';
export type { Scope } from './scope.js';
export type { SharedBlock } from './shared-block.js';

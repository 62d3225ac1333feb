import type { Scope } from '../scope.js';
import type { SharedBlock } from '../shared-block.js';

/** What the constructors of shared values take. */
export interface ShareOptions {
  /** Which parties can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

/** Stands in for the options where a handle arrives: the value exists, in this block. */
export class ArrivedBlock implements ShareOptions {
  readonly scope: Scope;
  readonly block: SharedBlock;

  constructor(block: SharedBlock) {
    this.block = block;
    this.scope = block.scope;
  }
}

import type { Owners } from './owners.js';
import type { Parker } from './parker.js';
import type { Scope } from './scope.js';

/**
 * A piece of memory that several threads or processes see, with the means to wait on its words. Every
 * primitive is written once over it. A block is a handle: it crosses by reference, never by copy.
 */
export interface SharedBlock {
  readonly scope: Scope;
  /** The whole block as words, aligned to 64 bytes; all zero at first. */
  readonly words: Int32Array;
  /** The same memory as bytes. */
  readonly bytes: Uint8Array;
  readonly parker: Parker;
  readonly owners: Owners;
}

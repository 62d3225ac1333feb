import { allocate, type Scope, type SharedBlock } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';

/** What the constructor of every primitive takes. */
export interface SyncOptions {
  /** Who can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

/** Stands in for the options where a handle arrives: the primitive exists, in this block. */
export class ExistingBlock implements SyncOptions {
  readonly scope: Scope;
  readonly block: SharedBlock;

  constructor(block: SharedBlock) {
    this.scope = block.scope;
    this.block = block;
  }
}

/** The block of a primitive: the one that arrived, or a new one of `words` words, all 0. */
export function blockFor(options: SyncOptions | undefined, words: number): SharedBlock {
  if (options instanceof ExistingBlock) return options.block;
  return allocate(words * 4, scopeOf(checked(options)?.scope));
}

function checked(options: unknown): SyncOptions | undefined {
  if (options === undefined) return undefined;
  if (typeof options === 'object' && options !== null) return options;
  const found = options === null ? 'null' : typeof options;
  throw new TypeError(`options must be an object such as { scope: 'processes' }, not ${found}`);
}

import { allocate, type Scope, type SharedBlock } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';

/** What the constructor of every primitive takes. */
export interface SyncOptions {
  /** What can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
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

/** Checks a count that a caller gave: a whole number from `least` to `most`. */
export function countOf(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a whole number, not ${typeof value}`);
  }
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number, ${least} or more, not ${value}`);
  }
  if (value > most) throw new RangeError(`${name} must be at most ${most}, not ${value}`);
  return value;
}

function checked(options: unknown): SyncOptions | undefined {
  if (options === undefined) return undefined;
  if (typeof options === 'object' && options !== null) return options;
  const found = options === null ? 'null' : typeof options;
  throw new TypeError(`options must be an object such as { scope: 'processes' }, not ${found}`);
}

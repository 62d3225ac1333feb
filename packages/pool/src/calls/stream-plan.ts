import type { TargetRef } from '@manycore/core/internal';
import type { Progress } from '../options/call-options.js';
import type { ItemSource } from './item-source.js';

/** What an `imap` is about. */
export interface StreamPlan {
  readonly pool: string;
  readonly target: TargetRef;
  readonly source: ItemSource;
  readonly ordered: boolean;
  readonly chunkSize: number;
  /** How many chunks may be read and not yet taken by the consumer. */
  readonly readAhead: number;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Runs what touches the input in its owner's async context. */
  readonly enter: <R>(fn: () => R) => R;
}

import type { Call, EntryRef, OutputDescriptor } from '@manycore/core/internal';

/** What a parent sends to a new process, in the first message. */
export interface ProcessInit {
  readonly kind: 'processInit';
  readonly name: string;
  readonly daemon: boolean;
  readonly parentName: string;
  readonly parentDaemon: boolean;
  readonly parentPid: number;
  /** Whether the process has to watch its parent itself. */
  readonly watchesParent: boolean;
  /** Whether SIGINT is not to end the process. */
  readonly ignoresInterrupt: boolean;
  readonly nice: number | undefined;
  /** The output streams that other processes may write to as well: they were not made for this process. */
  readonly sharedOutput: readonly OutputDescriptor[];
  /** The only call of the process. */
  readonly call: Call | undefined;
  /** Without a call: the URL of a module whose `serve(endpoint)` runs the process, or an entry. */
  readonly server: EntryRef | string | undefined;
}

/** What a child sends that cannot load what it is to run; it ends then. `spawn-process.ts` writes it as text. */
export interface EntryFailure {
  readonly kind: 'entryFailure';
  readonly reason: string;
  /** The code of the error. */
  readonly code?: unknown;
}

export function isEntryFailure(message: unknown): message is EntryFailure {
  return (
    typeof message === 'object' &&
    message !== null &&
    (message as Partial<EntryFailure>).kind === 'entryFailure' &&
    typeof (message as Partial<EntryFailure>).reason === 'string'
  );
}

/** A child's last message: with it, all that the child posted has been sent. */
export const closingMark = null;

export function isProcessInit(message: unknown): message is ProcessInit {
  return (
    typeof message === 'object' &&
    message !== null &&
    (message as Partial<ProcessInit>).kind === 'processInit'
  );
}

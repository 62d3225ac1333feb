import type { Call } from '@manycore/core/internal';
import type { OutputDescriptor } from '@manycore/core/worker';

/** What a new process is told by its parent, in the first message. */
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
  /** The streams of output that others may write to as well: they were not made for this process. */
  readonly sharedOutput: readonly OutputDescriptor[];
  /** The one call that the process is for. */
  readonly call: Call | undefined;
  /** Without a call: the URL of a module whose `serve(endpoint)` takes the process over. */
  readonly server: string | undefined;
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

import type { Call } from '@manycore/core/internal';
import type { OutputDescriptor } from '@manycore/core/worker';

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
  /** Without a call: the URL of a module whose `serve(endpoint)` runs the process. */
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

import { defineInspection, sharedState } from '@manycore/core/internal';
import { inherited, parentPid, pid, shareWithThreads } from './platform/node.js';
import { processorCount } from './platform/processor-count.js';
import type { ProcessInit } from './process-init.js';

/** A process as itself and its children see it. One object for each, for the lifetime of the thread. */
export class ProcessInfo {
  readonly name: string;
  readonly daemon: boolean;
  readonly pid: number;
  readonly #isAlive: () => boolean;

  constructor(name: string, daemon: boolean, id: number, isAlive: () => boolean) {
    this.name = name;
    this.daemon = daemon;
    this.pid = id;
    this.#isAlive = isAlive;
  }

  isAlive(): boolean {
    return this.#isAlive();
  }

  static {
    defineInspection(this, (info: ProcessInfo) => ({
      name: info.name,
      pid: info.pid,
      state: info.#isAlive() ? 'running' : 'done',
      daemon: info.daemon,
    }));
  }
}

/** What a child knows about itself and its parent. */
type Identity = Pick<ProcessInit, 'name' | 'daemon' | 'parentName' | 'parentDaemon' | 'parentPid'>;

interface KnownProcesses {
  identity: Identity | undefined;
  current: ProcessInfo | undefined;
  parent: ProcessInfo | undefined;
}

const identityKey = 'manycore.process';
/** Shared with the copy of this module that the program imports, beside the one in the child's entry. */
const known = sharedState('processes', (): KnownProcesses => ({
  // A child's threads get it from the thread that started them.
  identity: inherited(identityKey) as Identity | undefined,
  current: undefined,
  parent: undefined,
}));

/** In a child: its identity, which its parent assigned. */
export function adoptIdentity(init: ProcessInit): void {
  const { name, daemon, parentName, parentDaemon, parentPid } = init;
  known.identity = { name, daemon, parentName, parentDaemon, parentPid };
  shareWithThreads(identityKey, known.identity);
}

/** The calling process: `MainProcess`, or a child with the name that its parent gave it. The same object each time. */
export function currentProcess(): ProcessInfo {
  const { name = 'MainProcess', daemon = false } = known.identity ?? {};
  return (known.current ??= new ProcessInfo(name, daemon, pid, () => true));
}

/** The process that started this one by `Process`; undefined in the main process. The same object each time. */
export function parentProcess(): ProcessInfo | undefined {
  const { identity } = known;
  if (!identity) return undefined;
  const { parentName, parentDaemon, parentPid: parent } = identity;
  // The system gives a child another parent when its own dies.
  const isAlive = (): boolean => parentPid() === parent;
  return (known.parent ??= new ProcessInfo(parentName, parentDaemon, parent, isAlive));
}

/**
 * How many processors this process can use, at least 1: Python's `process_cpu_count`. It heeds the process's
 * CPU affinity and, on Linux, the CPU limit of its container (of its control groups and of those around
 * them), rounded up as Java and .NET do: 2 for a limit of 1.5. Read anew at each call, since limits may change.
 */
export function cpuCount(): number {
  return processorCount();
}

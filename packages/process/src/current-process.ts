import { defineInspection, sharedState } from '@manycore/core/internal';
import { availableParallelism, inherited, parentPid, pid, shareWithThreads } from './platform/node.js';
import type { ProcessInit } from './process-init.js';

/** A process as it sees itself, and as its children see it. One object for each, as long as the thread. */
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

/** What a child knows of itself and of its parent. */
type Identity = Pick<ProcessInit, 'name' | 'daemon' | 'parentName' | 'parentDaemon' | 'parentPid'>;

interface KnownProcesses {
  identity: Identity | undefined;
  current: ProcessInfo | undefined;
  parent: ProcessInfo | undefined;
}

const identityKey = 'manycore.process';
/** Shared with the module that the program imports, which may be another copy than the child's entry. */
const known = sharedState('processes', (): KnownProcesses => ({
  // A child's threads learn it from the thread that started them.
  identity: inherited(identityKey) as Identity | undefined,
  current: undefined,
  parent: undefined,
}));

/** In a child: who it is, as its parent said. */
export function adoptIdentity(init: ProcessInit): void {
  const { name, daemon, parentName, parentDaemon, parentPid } = init;
  known.identity = { name, daemon, parentName, parentDaemon, parentPid };
  shareWithThreads(identityKey, known.identity);
}

/** The process that calls it: `MainProcess`, or the child that its parent named. The same object each time. */
export function currentProcess(): ProcessInfo {
  const { name = 'MainProcess', daemon = false } = known.identity ?? {};
  return (known.current ??= new ProcessInfo(name, daemon, pid, () => true));
}

/** The process that started this one by `Process`; undefined in the main process. The same object each time. */
export function parentProcess(): ProcessInfo | undefined {
  const { identity } = known;
  if (!identity) return undefined;
  const { parentName, parentDaemon, parentPid: parent } = identity;
  // A child is given another parent when its own dies.
  const isAlive = (): boolean => parentPid() === parent;
  return (known.parent ??= new ProcessInfo(parentName, parentDaemon, parent, isAlive));
}

/** How many processors this process can use: at least 1. */
export function cpuCount(): number {
  return availableParallelism();
}

import { availableParallelism, parentPid, pid } from './platform/node.js';
import type { ProcessInit } from './process-init.js';

/** A process as it sees itself, and as its children see it. */
export interface ProcessInfo {
  readonly name: string;
  readonly daemon: boolean;
  readonly pid: number;
  isAlive(): boolean;
}

const identityKey = Symbol.for('manycore.process');
/** Shared with the module that the program imports, which may be another copy than the child's entry. */
const holder = globalThis as { [identityKey]?: ProcessInit | undefined };

/** In a child: who it is, as its parent said. */
export function adoptIdentity(init: ProcessInit): void {
  holder[identityKey] = init;
}

/** The process that calls it: `MainProcess`, or the child that its parent named. */
export function currentProcess(): ProcessInfo {
  const { name = 'MainProcess', daemon = false } = holder[identityKey] ?? {};
  return { name, daemon, pid, isAlive: () => true };
}

/** The process that started this one by `Process`; undefined in the main process. */
export function parentProcess(): ProcessInfo | undefined {
  const init = holder[identityKey];
  if (!init) return undefined;
  // A child is given another parent when its own dies.
  const isAlive = (): boolean => parentPid() === init.parentPid;
  return { name: init.parentName, daemon: false, pid: init.parentPid, isAlive };
}

/** How many processors this process can use: at least 1. */
export function cpuCount(): number {
  return availableParallelism();
}

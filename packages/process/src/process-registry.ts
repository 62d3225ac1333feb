import { onExit } from './platform/node.js';
import type { Process } from './process.js';

let lastNumber = 0;
const live = new Set<Process<never>>();
let stopWatchingExit: (() => void) | undefined;

/** `Process-1`, `Process-2`, … for processes that were given no name. */
export function nextProcessName(given: string | undefined): string {
  return given ?? `Process-${(lastNumber += 1)}`;
}

export function rememberProcess(child: object): void {
  live.add(child as Process<never>);
  if (anyDaemon()) stopWatchingExit ??= onExit(killDaemons);
}

export function forgetProcess(child: object): void {
  live.delete(child as Process<never>);
  if (anyDaemon()) return;
  stopWatchingExit?.();
  stopWatchingExit = undefined;
}

/** The children of this process that are alive. */
export function liveProcesses(): Process<never>[] {
  return [...live].filter((child) => child.isAlive());
}

function anyDaemon(): boolean {
  return [...live].some((child) => child.daemon);
}

/** Daemons end with their parent; those of a parent that is killed notice by themselves. */
function killDaemons(): void {
  for (const child of live) if (child.daemon) child.kill();
}

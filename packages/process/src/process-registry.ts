import { onExit } from './platform/node.js';

/** What the registry needs of a child process. */
export interface RegisteredChild {
  readonly daemon: boolean;
  isAlive(): boolean;
  kill(): void;
}

let lastNumber = 0;
const live = new Set<RegisteredChild>();
let stopWatchingExit: (() => void) | undefined;

/** `Process-1`, `Process-2`, … for processes that were given no name. */
export function nextProcessName(given: string | undefined): string {
  return given ?? `Process-${(lastNumber += 1)}`;
}

export function rememberProcess(child: RegisteredChild): void {
  live.add(child);
  if (anyDaemon()) stopWatchingExit ??= onExit(killDaemons);
}

export function forgetProcess(child: RegisteredChild): void {
  live.delete(child);
  if (anyDaemon()) return;
  stopWatchingExit?.();
  stopWatchingExit = undefined;
}

/** The children that are alive. */
export function liveChildren(): RegisteredChild[] {
  return [...live].filter((child) => child.isAlive());
}

function anyDaemon(): boolean {
  return [...live].some((child) => child.daemon);
}

/** Daemons end with their parent; those of a parent that is killed notice it by themselves. */
function killDaemons(): void {
  for (const child of live) if (child.daemon) child.kill();
}

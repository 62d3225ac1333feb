import { workerData } from './platform/node.js';
import { isThreadInit } from './thread-init.js';

/** What the registry needs of a thread. */
export interface RegisteredThread {
  readonly name: string;
  readonly daemon: boolean;
  readonly id: number | undefined;
  isAlive(): boolean;
}

let lastNumber = 0;
const live = new Set<RegisteredThread>();

/** `Thread-1`, `Thread-2`, … for threads that were given no name. */
export function nextThreadName(given: string | undefined): string {
  return given ?? `Thread-${(lastNumber += 1)}`;
}

/** Whether the calling thread is a daemon: what it starts then is one, too, unless told otherwise. */
export function startsDaemons(): boolean {
  const init: unknown = workerData;
  return isThreadInit(init) && init.daemon;
}

export function rememberThread(thread: RegisteredThread): void {
  live.add(thread);
}

export function forgetThread(thread: RegisteredThread): void {
  live.delete(thread);
}

/** The threads that are alive. */
export function liveThreads(): RegisteredThread[] {
  return [...live].filter((thread) => thread.isAlive());
}

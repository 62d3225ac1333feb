import { isThreadInit } from './control-block.js';
import { workerData } from './platform/node.js';
import { type ThreadStatistics, threadStatistics } from './platform/proc.js';

/** What the registry needs of a thread. */
interface RegisteredThread {
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

/**
 * - `start`: made, not started
 * - `ready`: started, but it waits for a processor
 * - `running`
 * - `waiting`: asleep, for a lock, a timer, input, …
 * - `done`
 *
 * Where the system has no `/proc`, `ready` and `waiting` read as `running` once the thread has begun.
 */
export type ThreadState = 'start' | 'ready' | 'running' | 'waiting' | 'done';

const lastSeen = new Map<number, ThreadStatistics>();

/**
 * What the system's scheduler does with a thread. The system reports the same for a thread that runs and for
 * one that waits for a processor: they differ in how its times grew since the last call.
 */
export function schedulingState(nativeId: number): 'ready' | 'running' | 'waiting' {
  const now = threadStatistics(nativeId);
  if (!now) {
    lastSeen.delete(nativeId);
    return 'running';
  }
  const before = lastSeen.get(nativeId);
  lastSeen.set(nativeId, now);
  if (now.state !== 'R') return 'waiting';
  if (!before) return 'running';
  return now.queued - before.queued > now.ran - before.ran ? 'ready' : 'running';
}

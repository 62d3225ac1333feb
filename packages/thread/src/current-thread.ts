import { isMainThread, threadId, workerData } from './platform/node.js';
import { isThreadInit } from './thread-init.js';
import { liveThreads } from './thread-registry.js';

/** A thread as it sees itself, and as others see the main thread. */
export interface ThreadInfo {
  readonly name: string;
  readonly daemon: boolean;
  /** Node's id of the thread; 0 is the main thread. */
  readonly id: number;
  isAlive(): boolean;
}

const main: ThreadInfo = { name: 'MainThread', daemon: false, id: 0, isAlive: () => true };

/** The thread that calls it. A worker thread that manycore did not start is called `Worker-N`. */
export function currentThread(): ThreadInfo {
  if (isMainThread) return main;
  const init: unknown = workerData;
  const { name, daemon } = isThreadInit(init)
    ? init
    : { name: `Worker-${threadId}`, daemon: false };
  return { name, daemon, id: threadId, isAlive: () => true };
}

/** The thread in which the process began. */
export function mainThread(): ThreadInfo {
  return main;
}

/** The main thread, the calling thread, and those that the calling thread started and that are alive. */
export function activeThreads(): ThreadInfo[] {
  const own = isMainThread ? [main] : [main, currentThread()];
  const started = liveThreads().map(
    (thread): ThreadInfo => ({
      name: thread.name,
      daemon: thread.daemon,
      id: thread.id ?? -1,
      isAlive: () => thread.isAlive(),
    }),
  );
  return [...own, ...started];
}

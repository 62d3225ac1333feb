import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, sharedState, timeoutOf } from '@manycore/core/internal';
import { DeadlockError } from '@manycore/memory/internal';
import { isMainThread, mainThreadId, threadId, workerData } from './platform/node.js';
import { isThreadInit } from './control-block.js';
import { Thread } from './thread.js';
import { liveThreads, schedulingState, type ThreadState } from './thread-registry.js';

/** A thread that this thread did not start: itself, or the main thread. One object for each. */
export class ThreadInfo {
  readonly name: string;
  readonly daemon: boolean;
  /** Node's id of the thread; 0 is the main thread. */
  readonly id: number;

  constructor(name: string, daemon: boolean, id: number) {
    this.name = name;
    this.daemon = daemon;
    this.id = id;
  }

  /** Always true: it runs this code, or is the main thread, which ends last. */
  isAlive(): true {
    return true;
  }

  /** As of a `Thread`; the calling thread is `'running'`. */
  get state(): ThreadState {
    return this.id === threadId ? 'running' : schedulingState(mainThreadId);
  }

  get exitCode(): undefined {
    return undefined;
  }

  /** @throws DeadlockError, as a thread cannot outlive itself or the main thread. */
  async join(options?: WaitOptions): Promise<never> {
    await Promise.resolve();
    return this.joinSync(options);
  }

  /** @throws DeadlockError, as a thread cannot outlive itself or the main thread. */
  joinSync(options?: SyncWaitOptions): never {
    timeoutOf(options);
    throw new DeadlockError(
      this.id === threadId
        ? `${this.name} is the current thread: it cannot wait for its own end; leave it out, by \`thread !== currentThread()\``
        : `${this.name} ends last: a thread cannot wait for its end; leave it out, by \`thread !== mainThread()\``,
    );
  }

  static {
    defineInspection(this, (thread: ThreadInfo) => ({
      name: thread.name,
      id: thread.id,
      state: thread.state,
      daemon: thread.daemon,
    }));
  }
}

const known = sharedState('threads', () => {
  const main = new ThreadInfo('MainThread', false, 0);
  return { main, current: isMainThread ? main : self() };
});

/** A worker thread that manycore did not start is called `Worker-N`. */
function self(): ThreadInfo {
  const init: unknown = workerData;
  const { name, daemon } = isThreadInit(init)
    ? init
    : { name: `Worker-${threadId}`, daemon: false };
  return new ThreadInfo(name, daemon, threadId);
}

/** The calling thread; the same object each time. */
export function currentThread(): ThreadInfo {
  return known.current;
}

/** The thread in which the process began; in that thread, its `currentThread()`. The same object each time. */
export function mainThread(): ThreadInfo {
  return known.main;
}

/**
 * The main thread, the calling thread, and the threads that the calling thread started and that are alive:
 * the same objects that were started.
 *
 * @example
 * ```ts
 * import { activeThreads, currentThread, isMain, mainThread, Thread } from '@manycore/thread';
 *
 * export function work(): void {
 *   // …
 * }
 *
 * if (isMain(import.meta)) {
 *   for (let i = 0; i < 3; i += 1) new Thread({ target: work }).start();
 *   for (const thread of activeThreads()) if (thread !== currentThread()) await thread.join();
 *   console.log(activeThreads()[0] === mainThread(), activeThreads().length); // → true 1
 * }
 * ```
 */
export function activeThreads(): (ThreadInfo | Thread)[] {
  const started = liveThreads().filter((thread): thread is Thread => thread instanceof Thread);
  return [...new Set([known.main, known.current]), ...started];
}

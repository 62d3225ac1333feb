import { sharedState } from '@manycore/core/internal';

import type { LifeLine } from '../platform/life-line.js';

/*
 * Where the system does not list threads (everywhere but on Linux with /proc), the end of a thread is an event
 * of its `Worker`, which a parent that blocks does not see: it would wait forever for a thread that was
 * terminated, or ran out of memory. There each thread gets one end of a channel when it is started. That end
 * closes with the thread, and its parent can see so at any time.
 *
 * By Node's id of the thread, which is never used twice. Only those that this thread has started.
 */
const watched = sharedState('memory.lifeLines', () => new Map<number, LifeLine>());

/** Watches a thread that this thread has started, until `unwatchThread`. */
export function watchThread(threadId: number, line: LifeLine): void {
  watched.set(threadId, line);
}

/** To be called when the thread's end is known to all. */
export function unwatchThread(threadId: number): void {
  watched.get(threadId)?.close();
  watched.delete(threadId);
}

/** Whether a thread has ended; undefined when it is not watched. */
export function watchedThreadEnded(threadId: number): boolean | undefined {
  return watched.get(threadId)?.hasEnded();
}

/** The watched threads that have ended, without an event of that. */
export function endedThreads(): number[] {
  return watched.size === 0 ? [] : [...watched].flatMap(([id, line]) => (line.hasEnded() ? [id] : []));
}

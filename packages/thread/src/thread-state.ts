import { threadStatistics, type ThreadStatistics } from './platform/proc.js';

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

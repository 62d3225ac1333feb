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
 * What the system's scheduler does with a thread. A thread that could run reads the same whether it has
 * a processor or waits for one: which it is shows in where its time went since the last look.
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

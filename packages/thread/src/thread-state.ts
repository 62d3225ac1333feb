import { threadStatistics, type ThreadStatistics } from './platform/proc.js';

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

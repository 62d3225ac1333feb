import type { BlockingWords } from '../words/words.js';
import { type Attempt, ownerCheck, patience } from './attempt.js';

/**
 * Follows an attempt to its end; blocks the thread where the attempt has to wait. False when `timeout`
 * milliseconds passed first: then the attempt was polled once more after its last sleep.
 */
export function waitSync(attempt: Attempt, words: BlockingWords, timeout: number): boolean {
  // The clock is read only when there is something to sleep for: many attempts never get there.
  let began: number | undefined;
  while (!attempt.poll()) {
    const now = words.now();
    began ??= now;
    const left = began + timeout - now;
    if (left <= 0) return false;
    let slice = Math.min(left, attempt.limit);
    if (attempt.owner !== 0) slice = Math.min(slice, ownerCheck);
    const outcome = words.wait(attempt.word, attempt.expected, slice);
    attempt.woke(outcome === 'timed-out');
    if (words.now() - began > patience) attempt.waitedLong();
  }
  return true;
}

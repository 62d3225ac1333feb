import { Progress, type WaitingAttempt } from './attempt.js';
import type { BlockParty } from './party.js';

/** How often a sleeper looks after the owner it waits for, in milliseconds. */
export const ownerCheck = 100;

/** How long a party waits before the protocol favours it, in milliseconds. */
export const patience = 4;

/** How a wait ended: as the attempt did, or because the time was over. */
export type Ending = Exclude<Progress, typeof Progress.again | typeof Progress.park> | 'timed-out';

/** Follows an attempt to its end; the thread sleeps where the attempt has to wait. */
export function blockThread(attempt: WaitingAttempt, party: BlockParty, timeout: number): Ending {
  const { parker } = party.block;
  // The clock is read only when there is something to sleep for: many attempts never get there.
  let began = 0;
  for (;;) {
    const progress = attempt.step(party);
    if (progress === Progress.again) continue;
    if (progress !== Progress.park) return progress;
    const now = performance.now();
    if (began === 0) began = now;
    const left = began + timeout - now;
    if (left <= 0) return 'timed-out';
    let slice = Math.min(left, attempt.limit);
    const watching = attempt.owner !== 0 && slice > ownerCheck;
    if (watching) slice = ownerCheck;
    const outcome = parker.wait(party.words, attempt.index, attempt.expected, slice);
    // When the time is over as well: look once more, then leave.
    attempt.slept(outcome === 'timed-out');
    if (performance.now() - began > patience) attempt.hurry();
  }
}

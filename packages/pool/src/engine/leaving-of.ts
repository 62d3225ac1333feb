import type { Leaving } from '../scheduler/effect.js';
import type { WorkerLeft } from '../transport/transport.js';
import { scarcityOf } from '../transport/scarcity-of.js';

/** What the scheduler is told of a worker that left. */
export function leavingOf(left: WorkerLeft): Leaving {
  const scarce = scarcityOf(left.startError ?? left.cause) !== undefined;
  return { reason: left, killed: wasKilled(left), scarce, unbegun: left.unbegun };
}

/** Whether it was ended from outside, so that a new attempt may well succeed. A terminated thread says only 1. */
function wasKilled({ departure, startError, cause }: WorkerLeft): boolean {
  if (startError !== undefined || cause !== undefined) return false;
  return departure.signal !== undefined || departure.exitCode === 1;
}

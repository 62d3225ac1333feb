import { TimeoutError, WorkerDiedError } from '@manycore/core';
import { BrokenPoolError } from '../errors/broken-pool-error.js';
import { cancellation } from '../errors/cancellation.js';
import { describeError } from '../errors/describe-error.js';
import { PoolTerminatedError } from '../errors/pool-terminated-error.js';
import type { Ending } from '../scheduler/effect.js';
import { scarcityOf } from '../transport/scarcity-of.js';
import type { Answer, ItemResults } from '../transport/job.js';
import type { WorkerLeft } from '../transport/transport.js';

/** What became of a task, for its caller. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly error: unknown;
      /** What became of each item of a chunk, where that is wanted. */
      readonly partial?: ItemResults | undefined;
      /** It is not the task's own: another task of the same call would meet it as well. */
      readonly isFinal: boolean;
    };

/** What the caller is told of a task: where it ran, and what of. */
export interface TaskPlace {
  readonly pool: string;
  /** The function's name. */
  readonly label: string;
  readonly timeout: number;
}

/** Puts the ending of a task into the caller's words. */
export function outcomeOf(ending: Ending, place: TaskPlace): Outcome {
  if (ending.how === 'answered') {
    const { ok, value, partial } = ending.answer as Answer;
    return ok ? { ok, value } : { ok, error: value, partial, isFinal: false };
  }
  const isFinal = ending.how !== 'refused' && ending.how !== 'died';
  return { ok: false, error: errorOf(ending, place), isFinal };
}

function errorOf(ending: Exclude<Ending, { how: 'answered' }>, place: TaskPlace): unknown {
  const { pool, label, timeout } = place;
  switch (ending.how) {
    case 'refused':
      return ending.error;
    case 'aborted':
      return ending.reason;
    case 'cancelled':
      return cancellation(label);
    case 'timed-out':
      return new TimeoutError(`\`${label}\` was not done within ${timeout} ms by ${pool}`);
    case 'died': {
      const when = ` while it ran \`${label}\`${ending.moved === true ? movedText : ''}`;
      return workerDied(ending.leaving.reason as WorkerLeft, `a worker of ${pool}`, when);
    }
    case 'broken':
      return broken(pool, ending.cause);
    case 'terminated':
      return new PoolTerminatedError(`\`${label}\` was not done: ${pool} was terminated`);
  }
}

function workerDied({ departure, cause }: WorkerLeft, who: string, when: string): WorkerDiedError {
  const { exitCode, signal } = departure;
  const how = signal === undefined ? `ended with exit code ${exitCode}` : `was killed by ${signal}`;
  const hint = exitCode === 0 && signal === undefined ? ' (something called process.exit)' : '';
  return new WorkerDiedError(
    `${who} ${how}${when}${hint}`,
    departure,
    cause === undefined ? undefined : { cause },
  );
}

function broken(pool: string, reason: unknown): BrokenPoolError {
  const cause = startCause(reason);
  const shortage = scarcityOf(cause);
  if (shortage !== undefined) {
    const text = `${pool} is broken: it has no worker, and none could be started: ${shortage}. Then make a new pool`;
    return new BrokenPoolError(text, { cause });
  }
  const text = describeError(cause);
  return new BrokenPoolError(
    `${pool} is broken: its workers fail again and again while they start (${text}). ` +
      'Look at its initializer and options, and make a new pool',
    { cause },
  );
}

function startCause(reason: unknown): unknown {
  if (reason instanceof Error) return reason;
  const left = reason as WorkerLeft;
  return left.startError ?? workerDied(left, 'a worker', ' before it was ready');
}

const movedText =
  ', which is not run again: its arguments were moved to that worker (do not use move(…) with retries)';

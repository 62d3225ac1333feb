import { TimeoutError, WorkerDiedError } from '@manycore/core';
import { functionLabel, hasCode } from '@manycore/core/internal';
import { BrokenPoolError, cancellation, describeError, PoolTerminatedError } from '../errors.js';
import type { StartFailure, TaskResult, WorkerExit } from '../scheduler/records.js';

type Failure = Exclude<TaskResult, { status: 'ok' }>;

/** Where a task was to run, for its error's text. */
export interface TaskPlace {
  readonly pool: string;
  /** The function's name. */
  readonly name: string;
  /** The timeout of the call that it belongs to. */
  readonly timeout: number;
}

/** The error that the caller gets. */
export function taskError(result: Failure, { pool, name, timeout }: TaskPlace): unknown {
  switch (result.status) {
    case 'failed':
    case 'fatal':
    case 'unsendable':
    case 'aborted':
      return result.error;
    case 'cancelled':
      return cancellation(name);
    case 'timed-out':
      return new TimeoutError(`${functionLabel(name)} was not done within ${timeout} ms by ${pool}`);
    case 'died': {
      const why = result.killedForTask === true ? killedForTaskText : result.moved === true ? movedText : '';
      const when = ` while it ran ${functionLabel(name)}${why}`;
      return workerDied(result.exit, `a worker of ${pool}`, when);
    }
    case 'broken':
      return brokenPool(pool, result.cause);
    case 'terminated':
      return new PoolTerminatedError(`${functionLabel(name)} was not done: ${pool} was terminated`);
  }
}

/** Whether the failure is not the task's own: another task of the same call would meet it as well. */
export function endsCall({ status }: TaskResult): boolean {
  switch (status) {
    case 'ok':
    case 'failed':
    case 'fatal':
    case 'unsendable':
    case 'died':
      return false;
    default:
      return true;
  }
}

/** The warning that a pool has fewer workers than it should have. */
export function scarcityWarning(exit: WorkerExit, pool: string, max: number): Error {
  const why = exit.shortage ?? 'the system has no room for more';
  const text = `${pool} goes on with fewer than ${max} workers, and tries to start more later: ${why}`;
  return new Error(text, { cause: exit.startError ?? exit.cause });
}

function workerDied({ status, cause }: WorkerExit, worker: string, when: string): WorkerDiedError {
  const { exitCode, signal } = status;
  const how = signal === undefined ? `ended with exit code ${exitCode}` : `was killed by ${signal}`;
  const hint = exitCode === 0 && signal === undefined ? ' (something called process.exit)' : '';
  return new WorkerDiedError(
    `${worker} ${how}${when}${hint}`,
    status,
    cause === undefined ? undefined : { cause },
  );
}

/** The error of a pool in which no worker can be started. */
export function brokenPool(pool: string, failure: StartFailure): BrokenPoolError {
  const cause = startError(failure);
  const shortage = failure instanceof Error ? undefined : failure.shortage;
  if (shortage !== undefined) {
    const text = `${pool} is broken: it has no worker, and none could be started: ${shortage}. Then make a new pool`;
    return new BrokenPoolError(text, { cause });
  }
  const why = `${describeError(cause)}${reasonOf(cause)}`;
  const text = isEntryMissing(cause)
    ? `${pool} is broken: no worker can be started: ${why}`
    : `${pool} is broken: workers repeatedly failed to start (${why}). ` +
      'Check `initializer` and the worker options, and make a new pool';
  return new BrokenPoolError(text, { cause });
}

/** What a worker that died before it was ready died of, for a text. */
function reasonOf(error: unknown): string {
  const reason = error instanceof WorkerDiedError ? error.cause : undefined;
  return reason === undefined ? '' : `: ${describeError(reason)}`;
}

/** Whether manycore itself cannot be loaded in a worker: no option of the pool is to blame. */
function isEntryMissing(error: unknown): boolean {
  const reason = error instanceof WorkerDiedError ? error.cause : error;
  return hasCode(reason, 'MANYCORE_BUNDLED');
}

/** What kept a worker from being ready: what its initializer threw, for example. */
export function startError(failure: StartFailure): unknown {
  if (failure instanceof Error) return failure;
  return failure.startError ?? workerDied(failure, 'a worker', ' before it was ready');
}

const killedForTaskText =
  ': it was killed for another task in it, which had not ended within `graceTime` after its abort or timeout' +
  ' (with `retries` this one is run again)';
const movedText =
  ', which is not run again: its arguments were moved to that worker (do not use move(…) with retries)';

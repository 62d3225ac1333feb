import type { ExitStatus } from '@manycore/core';
import type { WorkerEndpoint } from '@manycore/core/internal';
import { DeadlineTimer } from '../executor/timers.js';
import type { WorkerExit } from '../scheduler/records.js';
import type { SharedStatus } from './shared-status.js';
import { shortageOf } from './shortage.js';

/**
 * How long (ms) a worker thread that is to be ended may go on loading: its own entry, which cannot hang,
 * only be slow; or a module of the program, whose top level may.
 */
const loadingGrace = { entry: 10_000, module: 1000 };

/** How long (ms) a worker whose channel is closed may take to exit. */
const closedGrace = 1000;

/** Calls `cutOff` if the worker closes its channel and does not exit: no message of it can arrive any more. */
export function watchChannel(endpoint: WorkerEndpoint, cutOff: () => void): void {
  const timer = new DeadlineTimer(cutOff);
  endpoint.onClose(() => timer.set(performance.now() + closedGrace));
  void endpoint.departed.then(() => timer.clear());
}

/**
 * Ends a worker, whatever it is doing, but not while it loads a module, where Node would leave a file open:
 * `retire` lets it exit by itself as soon as it has loaded, or it is ended after a time.
 */
export function killWorker(
  endpoint: WorkerEndpoint,
  status: SharedStatus | undefined,
  retire: () => void,
): void {
  const loading = status?.loading ?? 'nothing';
  if (loading === 'nothing') {
    endpoint.kill();
    return;
  }
  retire();
  const timer = new DeadlineTimer(() => endpoint.kill());
  timer.set(performance.now() + loadingGrace[loading]);
  void endpoint.departed.then(() => timer.clear());
}

/** What the connection knows of a worker when that has exited. */
export interface ExitDetails {
  readonly status: ExitStatus;
  readonly startError: unknown;
  readonly cause: unknown;
  readonly unbegun: boolean | ReadonlySet<number>;
}

export function workerExit(endpoint: WorkerEndpoint, details: ExitDetails): WorkerExit {
  const { status, startError, unbegun } = details;
  const { exitCode, signal } = status;
  const cause = details.cause ?? status.cause;
  const isUnexplained = startError === undefined && cause === undefined;
  return {
    status,
    startError,
    cause,
    // Node prints the uncaught error of a process, but not that of a thread that has a listener.
    reported: endpoint.destination === 'process',
    // A terminated thread has only this exit code.
    killed: isUnexplained && (signal !== undefined || exitCode === 1),
    shortage: shortageOf(startError ?? cause),
    unbegun,
  };
}

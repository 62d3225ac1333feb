import { sharedState } from '@manycore/core/internal';
import type { Queue } from '@manycore/queue';
import { onOutput } from '../platform/worker-output.js';
import type { CallReport, Report } from '../protocol/report.js';

/** One for the thread: the program and the worker's entry may have loaded different copies of this module. */
const state = sharedState('cluster.reports', (): Reporting => ({ queue: undefined, call: undefined }));

interface Reporting {
  queue: Queue<CallReport> | undefined;
  /** The call that this worker runs, if its client listens to reports. */
  call: string | undefined;
}

/** The initializer of a host's workers: what their tasks print is told to those of their clients that listen. */
export function connectReports(reports: Queue<CallReport>): void {
  state.queue = reports;
  onOutput((stream, text) => send({ kind: 'log', stream, text }));
}

/** Begins the reports of a call, or ends those of the last one. */
export function reportFor(call: string | undefined): void {
  state.call = call;
}

/**
 * Tells the caller how far a task is: the pool's `onReport` is called with any value that can be sent. Outside of a
 * worker host, and where the caller does not listen, it does nothing. Never waits: when a host is behind,
 * reports are dropped.
 *
 * @throws NotCloneableError
 */
export function reportProgress(value: unknown): void {
  send({ kind: 'progress', value });
}

function send(report: Report): void {
  if (state.call !== undefined) state.queue?.tryPut({ call: state.call, report });
}

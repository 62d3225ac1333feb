import { tracingChannel } from 'node:diagnostics_channel';

/**
 * What the channels `tracing:manycore:cluster:start:start`, `:asyncEnd`, … of `node:diagnostics_channel` publish on
 * a worker host for one start of a call: `pool` and `id` are those of the client's `TaskTrace`.
 */
export interface StartTrace {
  /** The id of the call in the cluster. */
  readonly call: string;
  /** The name of the function. */
  readonly name: string;
  /** 1 for its first start. */
  readonly start: number;
  /** The client's pool, and the number of the task there; undefined for calls of `enqueue`. */
  readonly pool: string | undefined;
  readonly id: number | undefined;
  /** What a subscriber of the client left in its trace as `carrier`. */
  readonly carrier: unknown;
}

const channel = tracingChannel<StartTrace>('manycore:cluster:start');

export function traceStart<T>(trace: StartTrace, run: () => Promise<T>): Promise<T> {
  return channel.hasSubscribers ? channel.tracePromise(run, trace) : run();
}

import type { Call } from '@manycore/core';

/** What a new thread is told by its parent, as its `workerData`. */
export interface ThreadInit {
  readonly manycoreThread: true;
  readonly name: string;
  readonly daemon: boolean;
  /** The one call that the thread is for. */
  readonly call: Call | undefined;
  /** Without a call: the URL of a module whose `serve(endpoint)` takes the thread over. */
  readonly server: string | undefined;
  /** When the call is due, in milliseconds since 1970, unless it is cancelled in the control block. */
  readonly due: number | undefined;
  readonly control: SharedArrayBuffer | undefined;
}

export function isThreadInit(value: unknown): value is ThreadInit {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<ThreadInit>).manycoreThread === true
  );
}

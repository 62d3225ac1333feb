import type { EntryRef } from '@manycore/core/internal';
import type { MessagePort } from './platform/node.js';

/** What a parent sends to a new thread, as its `workerData`. */
export interface ThreadInit {
  readonly manycoreThread: true;
  readonly name: string;
  readonly daemon: boolean;
  /**
   * The port that holds the thread's one call. It is read by the thread's own code, which can report if it
   * cannot be read: a thread whose `workerData` cannot be deserialised just ends.
   */
  readonly call: MessagePort | undefined;
  /** Without a call: the URL of a module whose `serve(endpoint)` runs the thread, or an entry. */
  readonly server: EntryRef | string | undefined;
  /** When the call is due, in milliseconds since 1970, unless it is cancelled in the control block. */
  readonly due: number | undefined;
  readonly control: SharedArrayBuffer | undefined;
  readonly nice: number | undefined;
  /** Held by the thread, so that its parent sees when it ends, where the system does not tell. */
  readonly lifeLine: MessagePort | undefined;
}

export function isThreadInit(value: unknown): value is ThreadInit {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<ThreadInit>).manycoreThread === true
  );
}

import type { ExitStatus } from '../errors.js';

/** Where a value is going: another thread of this process (memory can be shared), or another process. */
export type Destination = 'thread' | 'process';

/** Objects that a message can transfer instead of copying: `ArrayBuffer`, `MessagePort`, … */
export type Transferable = ArrayBuffer | object;

/**
 * One end of a two-way message channel. Implemented over a `MessagePort`, over the IPC channel of a
 * child process, and in memory. Messages arrive in the order in which they were posted; a message
 * posted to an endpoint that is closed is dropped.
 */
export interface Endpoint {
  /** What is on the other side. */
  readonly destination: Destination;
  /** Sends a message, which is an object or text. Throws at once when it cannot be cloned. */
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Calls `listener` for each message. One listener; earlier messages are kept for it. */
  onMessage(listener: (message: unknown) => void): void;
  /**
   * Calls `listener` for each message that arrived and could not be deserialised, with the platform's
   * error: usually the value is nested deeper than the stack here allows. Nothing of the message is known.
   */
  onUnreadable(listener: (cause: unknown) => void): void;
  /** Calls `listener` once, when no more messages can arrive; soon, if that is so already. */
  onClose(listener: () => void): void;
  close(): void;
  /** Lets the channel keep the event loop alive, or not. */
  ref(): void;
  unref(): void;
}

/** The parent's end of the channel to a worker that it started. */
export interface WorkerEndpoint extends Endpoint {
  /** Settles when the worker has ended and its last message was delivered. Never rejects. */
  readonly departed: Promise<ExitStatus>;
  /** Asks a process to end (SIGTERM); ends a thread at once. */
  terminate(): void;
  /** Ends the worker at once (SIGKILL for a process). */
  kill(): void;
}

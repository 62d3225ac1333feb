import { ConnectionClosedError, QueueClosedError } from '../errors.js';

/** What the errors of a channel say. */
export interface ErrorMessages {
  putWhenClosed(): Error;
  takeWhenClosed(): Error;
  /** Of a TimeoutError, after so many milliseconds. */
  full(timeout: number): string;
  empty(timeout: number): string;
}

export const queueMessages: ErrorMessages = {
  putWhenClosed: () => new QueueClosedError('the queue is closed and accepts no values'),
  takeWhenClosed: () => new QueueClosedError('the queue is closed and empty'),
  full: (timeout) => `the queue stayed full for ${timeout} ms`,
  empty: (timeout) => `the queue stayed empty for ${timeout} ms`,
};

export const pipeMessages: ErrorMessages = {
  putWhenClosed: () =>
    new ConnectionClosedError('the other end of the pipe is closed: no thread would receive the value'),
  takeWhenClosed: () =>
    new ConnectionClosedError('the other end of the pipe is closed, and every value that it sent was received'),
  full: (timeout) => `the pipe stayed full for ${timeout} ms`,
  empty: (timeout) => `no value arrived within ${timeout} ms`,
};

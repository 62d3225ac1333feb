import { QueueClosedError } from '../errors/queue-closed-error.js';

/** What is said when an operation of a store cannot be done. */
export interface Wording {
  putWhenClosed(): Error;
  takeWhenClosed(): Error;
  /** Completed by ` within … ms`. */
  readonly noRoom: string;
  readonly nothing: string;
}

export const queueWording: Wording = {
  putWhenClosed: () => new QueueClosedError('the queue is closed: nothing can be put any more'),
  takeWhenClosed: () => new QueueClosedError('the queue is closed and empty'),
  noRoom: 'the queue had no room for the value',
  nothing: 'the queue had no value',
};

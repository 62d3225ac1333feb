import { Operation } from '@manycore/memory/internal';

import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { ConnectionClosedError, QueueClosedError } from '../errors.js';
import { done, type PutSide, type TakeSide } from '../store.js';

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

/** A message that waits to be put. */
export class PutOperation extends Operation<void> {
  readonly #side: PutSide;
  readonly #messages: ErrorMessages;
  readonly #message: Outgoing;

  constructor(side: PutSide, messages: ErrorMessages, message: Outgoing, timeout: number) {
    super(timeout);
    this.#side = side;
    this.#messages = messages;
    this.#message = message;
  }

  override attempt(): number {
    return this.#side.tryPush(this.#message);
  }

  override leave(): boolean {
    this.#side.leave();
    return true;
  }

  override timeoutText(): string {
    return this.#messages.full(this.timeout);
  }

  protected override result(outcome: number): void {
    if (outcome === done) return;
    this.#message.withdraw();
    throw this.#messages.putWhenClosed();
  }

  protected override onFail(): void {
    this.#message.withdraw();
  }
}

/** How long a further piece of a message that has begun to come in is waited for at least, in milliseconds. */
const leastPatience = 50;

/** Waits for a message, which `use` makes a value of. */
export class TakeOperation<T> extends Operation<T> {
  readonly #side: TakeSide;
  readonly #messages: ErrorMessages;
  readonly #use: (message: Incoming) => T | PromiseLike<T>;
  #received = -1;

  constructor(
    side: TakeSide,
    messages: ErrorMessages,
    timeout: number,
    use: (message: Incoming) => T | PromiseLike<T>,
  ) {
    super(timeout);
    this.#side = side;
    this.#messages = messages;
    this.#use = use;
  }

  override attempt(): number {
    const outcome = this.#side.tryPop();
    // A caller that polls with a short timeout would never get a message that takes longer to come in.
    const { received } = this.#side;
    if (received > this.#received && this.timeout !== Infinity) {
      const patience = Math.max(this.timeout, leastPatience);
      this.deadline = Math.max(this.deadline, performance.now() + patience);
    }
    this.#received = received;
    return outcome;
  }

  override leave(): boolean {
    return this.#side.giveBack();
  }

  override timeoutText(): string {
    return this.#messages.empty(this.timeout);
  }

  protected override result(outcome: number): T | PromiseLike<T> {
    if (outcome === done) return this.#use(this.#side.message());
    throw this.#messages.takeWhenClosed();
  }
}

/** Waits until there is a message, or will never be one, and takes nothing. */
export class ReadyOperation extends Operation<void> {
  readonly #side: TakeSide;
  readonly #messages: ErrorMessages;

  constructor(side: TakeSide, messages: ErrorMessages, timeout: number) {
    super(timeout);
    this.#side = side;
    this.#messages = messages;
  }

  override attempt(): number {
    return this.#side.peek();
  }

  override leave(): boolean {
    return true;
  }

  override timeoutText(): string {
    return this.#messages.empty(this.timeout);
  }

  protected override result(): void {
    // Both ends mean that getting would not wait.
  }
}

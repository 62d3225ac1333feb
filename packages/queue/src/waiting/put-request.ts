import { putWhenClosed, QueueClosedError } from '../errors/queue-closed-error.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { done } from '../ring/outcome.js';
import { Request } from './request.js';
import type { PutSide } from './store.js';

/** A message that waits to be put. */
export class PutRequest extends Request {
  override readonly missed = 'the queue had no room for the value';
  readonly #side: PutSide;
  readonly #message: Outgoing;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    side: PutSide,
    message: Outgoing,
    timeout: number,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super(timeout);
    this.#side = side;
    this.#message = message;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override attempt(): number {
    return this.#side.attempt(this.#message);
  }

  override leave(): boolean {
    this.#side.leave();
    return true;
  }

  protected override onSettle(outcome: number): void {
    if (outcome === done) this.#resolve();
    else this.#reject(new QueueClosedError(putWhenClosed));
  }

  protected override onFail(reason: unknown): void {
    this.#reject(reason);
  }
}

import type { Outgoing } from '../encoding/outgoing.js';
import { done } from '../ring/outcome.js';
import { Request } from './request.js';
import type { PutSide } from './store.js';
import type { Wording } from './wording.js';

/** A message that waits to be put. */
export class PutRequest extends Request {
  readonly #side: PutSide;
  readonly #wording: Wording;
  readonly #message: Outgoing;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    side: PutSide,
    wording: Wording,
    message: Outgoing,
    timeout: number,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super(timeout);
    this.#side = side;
    this.#wording = wording;
    this.#message = message;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override get missed(): string {
    return this.#wording.noRoom;
  }

  override attempt(): number {
    return this.#side.attempt(this.#message);
  }

  override leave(): boolean {
    this.#side.leave();
    return true;
  }

  protected override onSettle(outcome: number): void {
    if (outcome === done) {
      this.#resolve();
      return;
    }
    this.#message.withdraw();
    this.#reject(this.#wording.putWhenClosed());
  }

  protected override onFail(reason: unknown): void {
    this.#message.withdraw();
    this.#reject(reason);
  }
}

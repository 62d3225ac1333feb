import type { Incoming } from '../encoding/incoming.js';
import { done } from '../ring/outcome.js';
import { Request } from './request.js';
import type { TakeSide } from './store.js';
import type { Wording } from './wording.js';

/** How long the next piece of a message that has begun to come in is waited for at least, in milliseconds. */
const leastPatience = 50;

/** Waits for a message. */
export class TakeRequest extends Request {
  readonly #side: TakeSide;
  readonly #wording: Wording;
  readonly #resolve: (message: Incoming) => void;
  readonly #reject: (reason: unknown) => void;
  #received = -1;

  constructor(
    side: TakeSide,
    wording: Wording,
    timeout: number,
    resolve: (message: Incoming) => void,
    reject: (reason: unknown) => void,
  ) {
    super(timeout);
    this.#side = side;
    this.#wording = wording;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override get missed(): string {
    return this.#wording.nothing;
  }

  override attempt(): number {
    const outcome = this.#side.attempt();
    // Whoever polls with a short timeout would never get a message that takes longer to come in.
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

  protected override onSettle(outcome: number): void {
    if (outcome === done) this.#resolve(this.#side.message());
    else this.#reject(this.#wording.takeWhenClosed());
  }

  protected override onFail(reason: unknown): void {
    this.#reject(reason);
  }
}

import { TasksLostError } from '../errors/tasks-lost-error.js';
import * as at from '../ring/layout.js';
import { done } from '../ring/outcome.js';
import { Request } from '../waiting/request.js';
import type { Tasks } from './tasks.js';

/** How often one who waits looks whether somebody has died with a value in hand, in milliseconds. */
const interval = 100;

/** Waits until all values that were put are finished. */
export class JoinRequest extends Request {
  override readonly missed = 'not all values were finished';
  readonly #tasks: Tasks;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  readonly #lostBefore: number;
  #lookedAt: number = performance.now();

  constructor(
    tasks: Tasks,
    timeout: number,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super(timeout);
    this.#tasks = tasks;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#lostBefore = tasks.lost;
  }

  override attempt(): number {
    if (this.#tasks.unfinished <= 0) return done;
    const now = performance.now();
    if (now - this.#lookedAt >= interval) {
      this.#lookedAt = now;
      this.#tasks.giveUpLost();
      if (this.#tasks.unfinished <= 0) return done;
    }
    return at.joined;
  }

  override leave(): boolean {
    return true;
  }

  protected override onSettle(): void {
    const lost = (this.#tasks.lost - this.#lostBefore) | 0;
    if (lost > 0) this.#reject(new TasksLostError(lost));
    else this.#resolve();
  }

  protected override onFail(reason: unknown): void {
    this.#reject(reason);
  }
}

import { Request } from './request.js';
import type { TakeSide } from './store.js';

/** Waits until there is a message, or will never be one, and takes nothing. */
export class ProbeRequest extends Request {
  override readonly missed = 'nothing came';
  readonly #side: TakeSide;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    side: TakeSide,
    timeout: number,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super(timeout);
    this.#side = side;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override attempt(): number {
    return this.#side.probe();
  }

  override leave(): boolean {
    return true;
  }

  protected override onSettle(): void {
    this.#resolve();
  }

  protected override onFail(reason: unknown): void {
    this.#reject(reason);
  }
}

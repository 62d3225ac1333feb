import type { Request } from '../command-line.js';
import { failureText } from '../report/text.js';
import type { Failure, Runner } from './runner.js';

/** Adds what goes wrong outside of runs, and ends the soak when there is enough of it. */
export class FailureList {
  readonly #request: Request;
  readonly #runner: Runner;
  #printed = 0;

  constructor(request: Request, runner: Runner) {
    this.#request = request;
    this.#runner = runner;
  }

  add(id: string, kind: Failure['kind'], text: string): void {
    this.#runner.fail({ id, kind, text });
  }

  /** Prints those that are new. */
  print(): void {
    const { failures } = this.#runner;
    for (const failure of failures.slice(this.#printed)) {
      console.log(failureText(failure, this.#request.seed));
    }
    this.#printed = failures.length;
    if (failures.length >= this.#request.failures) this.#runner.stop();
  }
}

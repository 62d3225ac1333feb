import { afterTurn } from '../platform/node.js';

/**
 * Tells a program that does something again and again in one job from callers that promises resume, job after job:
 * those would never let the event loop have its turn if each of them got the result for the next at once.
 */
export class FirstJob {
  #state: 'none' | 'running' | 'over' = 'none';

  /** Whether this is still the job that asked first since the event loop had a turn. */
  isRunning(): boolean {
    if (this.#state === 'none') {
      this.#state = 'running';
      queueMicrotask(() => {
        this.#state = 'over';
      });
      afterTurn(() => {
        this.#state = 'none';
      });
    }
    return this.#state === 'running';
  }
}

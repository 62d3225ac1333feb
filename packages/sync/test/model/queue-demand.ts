import type { Demand } from '../../src/protocol/semaphore/demand.js';
import { SemaphoreAcquire } from '../../src/protocol/semaphore/semaphore-acquire.js';
import type { Call } from './setting.js';

/** Two tasks of one thread that want permits, the first of which came first; 0: there is no such task. */
export class QueueDemand implements Demand {
  protected first: number;
  protected second: number;

  constructor(first: number, second: number) {
    this.first = first;
    this.second = second;
  }

  get least(): number {
    return Math.min(this.first || Infinity, this.second || Infinity);
  }

  pick(permits: number): number {
    if (this.first > 0 && this.first <= permits) return this.first;
    return this.second <= permits ? this.second : 0;
  }

  took(amount: number): void {
    if (this.first === amount) this.first = 0;
    else this.second = 0;
  }

  /** The amounts of those who still wait, as one number. */
  get rest(): number {
    return this.first * 10 + this.second;
  }
}

/** How the queue of a thread changes while its attempt sleeps: the attempt is aborted, and another begun. */
interface Change {
  readonly to: readonly [number, number];
}

/** As `PermitQueue` does it: one attempt after the other until nobody waits, each for one of those left. */
export function queueOf(
  first: number,
  second: number,
  change?: Change,
  make: (first: number, second: number) => QueueDemand = (a, b) => new QueueDemand(a, b),
): Call[] {
  return [
    {
      name: `queue of ${first} and ${second}`,
      begin: (_self, { rest = first * 10 + second }) =>
        new SemaphoreAcquire(make(Math.floor(rest / 10), rest % 10)),
      mayLeave: change && 'abort',
      ended(ending, locals, attempt) {
        if (ending === 'aborted') {
          // Only once, and only for one who is still there.
          if (locals['rest'] === undefined && change) locals['rest'] = change.to[0] * 10 + change.to[1];
        } else {
          const { rest } = Reflect.get(attempt, 'demand') as QueueDemand;
          locals['rest'] = rest;
        }
        return locals['rest'] === 0 ? undefined : 0;
      },
    },
  ];
}

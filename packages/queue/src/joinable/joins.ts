import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';

import { blockOn } from '../waiting/block-on.js';
import type { Channel } from '../waiting/channel.js';
import { follow } from '../waiting/follow.js';
import { Line } from '../waiting/line.js';
import { JoinRequest } from './join-request.js';
import type { Tasks } from './tasks.js';

/** This handle's way to what is not finished of a queue, and to waiting for it. */
export class Joins {
  readonly tasks: Tasks;
  readonly #line: Line;

  constructor(tasks: Tasks, { store, lines, block }: Channel) {
    this.tasks = tasks;
    this.#line = new Line(store, block.parker);
    this.#line.others = lines;
  }

  get unfinished(): number {
    return Math.max(0, this.tasks.unfinished);
  }

  join(options: WaitOptions | undefined): Promise<void> {
    try {
      const timeout = timeoutOf(options);
      return follow<undefined>(this.#line, [signalOf(options)], (resolve, reject) => {
        return new JoinRequest(this.tasks, timeout, () => resolve(undefined), reject);
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  joinSync(options: SyncWaitOptions | undefined): void {
    const timeout = timeoutOf(options);
    blockOn(this.#line, (resolve: (value: undefined) => void, reject) => {
      return new JoinRequest(this.tasks, timeout, () => resolve(undefined), reject);
    });
  }
}

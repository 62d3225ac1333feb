import type { Queue } from '@manycore/queue';
import * as tasks from '../tasks.js';

export interface Sent {
  readonly id: number;
  readonly task: 'square' | 'bill' | 'spin';
  readonly value: unknown;
}

export interface Answered {
  readonly id: number;
  readonly value: unknown;
}

/** What each thread or process of the pool by hand runs. */
export function work(sent: Queue<Sent>, answered: Queue<Answered>): void {
  const functions = tasks as unknown as Readonly<Record<Sent['task'], (value: unknown) => unknown>>;
  for (const { id, task, value } of sent) answered.putSync({ id, value: functions[task](value) });
}

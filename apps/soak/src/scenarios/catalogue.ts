import type { Scenario } from '../run/scenario.js';
import { activity } from './activity.js';
import { handles } from './handles.js';
import { condition } from './lock/condition.js';
import { lock } from './lock/lock.js';
import { semaphore } from './lock/semaphore.js';
import { signals } from './lock/signals.js';
import { memory } from './memory.js';
import { pool } from './pool/pool.js';
import { ordered } from './queue/ordered.js';
import { pipes } from './queue/pipe.js';
import { queue } from './queue/queue.js';
import { values } from './values.js';

/** All scenarios. The order is part of what a seed means: new ones go to the end. */
export const scenarios: readonly Scenario[] = [
  queue,
  ordered,
  pipes,
  lock,
  semaphore,
  condition,
  signals,
  memory,
  handles,
  activity,
  values,
  pool,
];

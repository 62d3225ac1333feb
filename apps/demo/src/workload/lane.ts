import { currentProcess, currentThread } from 'manycore';

/** The name of the thread that calls, or of its process where it is the main thread: `worker 1`, `t1`. */
export function ownLane(): string {
  const thread = currentThread().name;
  const name = thread === 'MainThread' ? currentProcess().name : thread;
  return name.replace(/^\w+-\d+-worker-/, 'worker ');
}

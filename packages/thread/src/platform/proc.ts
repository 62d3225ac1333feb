import { readFileSync } from 'node:fs';

/** What Linux tells of one thread of this process. */
export interface ThreadStatistics {
  /** R: on a processor or waiting for one; S, D: asleep. */
  readonly state: string;
  /** Nanoseconds spent on a processor. */
  readonly ran: number;
  /** Nanoseconds spent waiting for a processor. */
  readonly queued: number;
}

/** undefined where there is no `/proc`, or no such thread any more. */
export function threadStatistics(nativeId: number): ThreadStatistics | undefined {
  try {
    const folder = `/proc/self/task/${nativeId}`;
    // The name, in parentheses, may hold anything: the state follows the last one.
    const state = /\) (\w)[^)]*$/.exec(readFileSync(`${folder}/stat`, 'latin1'))?.[1] ?? '';
    const [ran = 0, queued = 0] = readFileSync(`${folder}/schedstat`, 'latin1')
      .split(' ')
      .map(Number);
    return { state, ran, queued };
  } catch {
    return undefined;
  }
}

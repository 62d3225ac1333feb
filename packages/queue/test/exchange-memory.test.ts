import { portable, runProgram } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

const script = new URL('fixtures/exchange-memory.mjs', import.meta.url);

// How much memory a process takes is read in /proc.
describe.skipIf(portable)('shared memory in queues is freed when', () => {
  test.each([
    ['the queues are dropped', 'dropped'],
    ['the queues are closed and dropped', 'closed'],
    ['the queues are closed at once and kept', 'closedAtOnce'],
    ['LifoQueues are dropped', 'lifo'],
    ['PriorityQueues are dropped', 'priority'],
    ['JoinableQueues are dropped', 'joinable'],
    ['pipes are dropped, closed at one end or not', 'pipes'],
    ['the values could not be put', 'notPut'],
    ['the threads that took the values have ended', 'takenByTheDead'],
    ['the threads that had the queues have ended, and the queues are dropped', 'passedToThreads'],
    ['a thread took the values', 'taken'],
  ])('%s', async (_, way) => {
    const { lines } = await runProgram(script, { args: [way], execArgv: ['--expose-gc'] });
    const [left = ''] = lines;
    // One queue's own memory is 1 MB; some buffers may stay until more are allocated.
    expect(Number.parseInt(left, 10)).toBeLessThanOrEqual(5);
    expect(lines.at(-1)).toBe('done');
  });
});

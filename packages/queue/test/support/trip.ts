import { Queue } from '@manycore/queue';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

export const roomy = new Queue<unknown>();
/** So small that most values pass in pieces. */
export const tiny = new Queue<unknown>({ capacity: 1024 });

/** The value after its trip, through a queue that has it in one piece or in many. */
export async function trip(value: unknown, queue: Queue<unknown>): Promise<unknown> {
  const put = queue.put(value);
  const got = await queue.get();
  await put;
  return got;
}

/** Sends a value by both queues, and compares. */
export async function expectExact(value: unknown): Promise<void> {
  // The structured clone says what a copy is: without prototypes, for example.
  const expected: unknown = structuredClone(value);
  for (const queue of [roomy, tiny]) {
    expectSame(await trip(value, queue), expected);
  }
}

/** The platform is quick to say that two values are the same, but takes two invalid dates as keys for different. */
export function expectSame(got: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(got, expected)) expect(got).toStrictEqual(expected);
}

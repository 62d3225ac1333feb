import { type Scope, SharedArray } from '@manycore/memory';
import { check } from '../../run/violation.js';

const counterAt = 0;
const mirrorAt = 1;
const insideAt = 2;
const talliesAt = 8;

/**
 * A counter that is right only if one at a time changes it: it is read and written in separate steps, twice.
 * Each party also counts for itself what it added, so that a death in the middle can be repaired.
 */
export interface ProtectedCounter {
  readonly words: SharedArray<'i32'>;
}

export function createCounter(parties: number, scope: Scope): ProtectedCounter {
  return { words: new SharedArray('i32', talliesAt + parties, { scope }) };
}

/**
 * Adds one; `pause` runs in the middle.
 *
 * @throws Violation when another is inside, or was and has not repaired what it left.
 */
export async function addOne(
  { words: { view } }: ProtectedCounter,
  party: number,
  pause: () => unknown,
): Promise<void> {
  checkAlone(view, party);
  view[insideAt] = party + 1;
  const before = view[counterAt] ?? 0;
  check(before === view[mirrorAt], `the counter is ${before}, its mirror ${String(view[mirrorAt])}`);
  view[counterAt] = before + 1;
  const pausing = pause();
  if (pausing instanceof Promise) await pausing;
  check(view[insideAt] === party + 1, `party ${String(view[insideAt])} came in while ${party} held the lock`);
  check(view[counterAt] === before + 1, 'the counter changed while it was held');
  view[mirrorAt] = before + 1;
  view[talliesAt + party] = (view[talliesAt + party] ?? 0) + 1;
  view[insideAt] = 0;
}

/** What this party has added so far. */
export function addedBy({ words }: ProtectedCounter, party: number): number {
  return words.get(talliesAt + party);
}

/** Looks twice; `pause` runs in the middle. */
export async function readTwice(
  { words: { view } }: ProtectedCounter,
  party: number,
  pause: () => unknown,
): Promise<void> {
  checkAlone(view, party);
  const before = view[counterAt];
  check(before === view[mirrorAt], 'a reader saw the counter between two states');
  const pausing = pause();
  if (pausing instanceof Promise) await pausing;
  check(before === view[counterAt], 'the counter changed while it was read');
  checkAlone(view, party);
}

/** After the death of an owner: puts right what it left half done. */
export function repair({ words: { view } }: ProtectedCounter): void {
  const sum = sumOfTallies(view);
  const counter = view[counterAt] ?? 0;
  check(Math.abs(counter - sum) <= 1, `the counter is ${counter}, and ${sum} were added`);
  view[counterAt] = sum;
  view[mirrorAt] = sum;
  view[insideAt] = 0;
}

/** What the counter holds in the end. @throws Violation unless it is what all added. */
export function finalCount({ words: { view } }: ProtectedCounter): number {
  checkAlone(view, -1);
  const sum = sumOfTallies(view);
  check(view[counterAt] === sum, `the counter is ${String(view[counterAt])}, and ${sum} were added`);
  return sum;
}

function checkAlone(view: Int32Array, party: number): void {
  const inside = view[insideAt] ?? 0;
  check(inside === 0, `party ${party} came in while party ${inside - 1} is inside, or died there unreported`);
}

const sumOfTallies = (view: Int32Array): number =>
  view.subarray(talliesAt).reduce((sum, tally) => sum + tally, 0);

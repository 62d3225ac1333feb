import type { Words } from '../../words.js';

/*
 * Which threads hold a block of an arena: plain code over the words of the line in front of the block, so that the
 * model checker runs it (lease.model.test.ts). States and races: README.md in this folder.
 *
 *   0 state: generation and phase · 1 sent · 2 received · 3 holders without a place · 4 … 15 places of holders
 *
 * | state          | to             | by                                                               |
 * |----------------|----------------|------------------------------------------------------------------|
 * | live g         | examined g     | `reclaim`: the allocator, which has no object of the block left    |
 * | examined g     | live g         | `reclaim`, when there is a holder or a message in flight           |
 * | examined g     | live g         | `attach`: a receiver that arrives meanwhile                        |
 * | examined g     | free g         | `reclaim`, when there is none                                      |
 * | free g         | live g + 1     | `renew`: the allocator, which uses the memory for another block    |
 */
const [stateWord, sentWord, receivedWord, unlistedWord, firstPlace] = [0, 1, 2, 3, 4] as const;
const places = 12;

/** The words that a lease takes. */
export const leaseWords: number = firstPlace + places;

const [live, examined, free] = [0, 1, 2] as const;
/** Generations come again after so many uses of the same memory. */
const generations = 2 ** 29;

/** Where a holder stands; `unlisted` when all places were taken. */
export type Place = number;
const unlisted = 0;

/** A message that holds the block is about to be sent, by a holder. */
export function noteSent(words: Words): void {
  words.add(sentWord, 1);
}

/**
 * Makes the calling thread a holder of the block that a message of this generation holds. Undefined when
 * the memory is used for something else by now: the message was received before, by another.
 */
export function attach(words: Words, generation: number): Place | undefined {
  const place = claim(words);
  if (!revive(words, generation)) {
    release(words, place);
    return undefined;
  }
  noteReceived(words);
  return place;
}

/** A message was received by a thread that is a holder already. */
export function noteReceived(words: Words): void {
  words.add(receivedWord, 1);
}

/** The calling thread is no holder any more. */
export function release(words: Words, place: Place): void {
  if (place === unlisted) words.add(unlistedWord, -1);
  else words.compareExchange(place, words.self, 0);
}

/** Keeps the block forever: a view of it may be where no lease follows. */
export function pin(words: Words): void {
  words.add(unlistedWord, 1);
}

/**
 * Takes the memory back if no other thread holds the block and no message that holds it is in flight; only
 * for the allocator, once it has no object of the block itself. The order counts: a thread that sends is
 * a holder, so with no holder left, what was sent is all that will be.
 */
export function reclaim(words: Words): boolean {
  const state = words.load(stateWord);
  const generation = generationOf(state);
  if (state !== stateOf(generation, live)) return false;
  words.store(stateWord, stateOf(generation, examined));
  const isFree = !hasHolders(words) && words.load(receivedWord) === words.load(sentWord);
  const next = stateOf(generation, isFree ? free : live);
  const before = words.compareExchange(stateWord, stateOf(generation, examined), next);
  return isFree && before === stateOf(generation, examined);
}

/** Begins the next use of memory that was taken back; its generation. */
export function renew(words: Words): number {
  words.store(sentWord, 0);
  words.store(receivedWord, 0);
  const generation = (generationOf(words.load(stateWord)) + 1) % generations;
  words.store(stateWord, stateOf(generation, live));
  return generation;
}

function claim(words: Words): Place {
  for (let place: number = firstPlace; place < leaseWords; place += 1) {
    if (words.compareExchange(place, 0, words.self) === 0) return place;
  }
  words.add(unlistedWord, 1);
  return unlisted;
}

/** Whether the block is still that of the generation; from now on it is not taken back. */
function revive(words: Words, generation: number): boolean {
  const state = words.load(stateWord);
  if (state === stateOf(generation, live)) return true;
  if (state !== stateOf(generation, examined)) return false;
  // Race "examined while it arrives": one of the two swaps comes second, and knows.
  const before = words.compareExchange(stateWord, state, stateOf(generation, live));
  return before === state || before === stateOf(generation, live);
}

function hasHolders(words: Words): boolean {
  if (words.load(unlistedWord) !== 0) return true;
  for (let place: number = firstPlace; place < leaseWords; place += 1) {
    const holder = words.load(place);
    if (holder === 0) continue;
    if (words.alive(holder)) return true;
    words.compareExchange(place, holder, 0);
  }
  return false;
}

function generationOf(state: number): number {
  return state >>> 2;
}

function stateOf(generation: number, phase: number): number {
  return (generation << 2) | phase;
}

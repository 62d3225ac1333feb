import type { WordMemory } from './ring-memory.js';

/** Wakes up to `count` sleepers of a word that is 1 while there may be some. */
export function signal(memory: WordMemory, word: number, count: number): void {
  if (memory.load(word) !== 0 && memory.exchange(word, 0) !== 0) memory.wake(word, count);
}

/**
 * How often a thread looks for a reason to try again before it goes to sleep: a microsecond or two, about as
 * long as others take for a small message. To be woken costs them more than that, and the sleeper ten times.
 */
const spins = 500;

/** Looks a while at a word; whether it has changed. */
export function spinOn(words: Int32Array, word: number): boolean {
  const before = Atomics.load(words, word);
  for (let i = 0; i < spins; i += 1) {
    if (Atomics.load(words, word) !== before) return true;
  }
  return false;
}

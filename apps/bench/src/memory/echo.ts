import { type SharedBlock, Word } from '@manycore/memory';

/** How a party waits for its turn. */
export type Manner = 'blocking' | 'async';

/** Waits until the word no longer holds `value`; what it holds then. */
export async function change(word: Word, value: number, manner: Manner): Promise<number> {
  while (word.load() === value) {
    if (manner === 'blocking') word.wait(value);
    else {
      const wait = word.waitAsync(value);
      if (wait !== 'not-equal') await wait.settled;
    }
  }
  return word.load();
}

/** Answers each odd number with the next even one, until there comes a negative one. */
export async function echo(block: SharedBlock, manner: Manner): Promise<void> {
  const word = new Word(block, 0);
  for (let seen = word.load(); seen >= 0; seen = await change(word, seen, manner)) {
    if (seen % 2 === 0) continue;
    seen += 1;
    word.store(seen);
    word.notify(1);
  }
}

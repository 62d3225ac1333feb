import type { Entry } from './catalogue.js';
import type { Topic } from './section.js';

/**
 * The entries with one of the numbers, or all when none is given; of these, those about one of the
 * topics, if any is given. A number that no entry has is a RangeError.
 */
export function select(
  entries: readonly Entry[],
  numbers: readonly number[],
  topics: readonly Topic[],
): readonly Entry[] {
  for (const number of numbers) {
    if (!entries.some((entry) => entry.number === number)) {
      throw new RangeError(`there is no example ${number}: --list shows them all`);
    }
  }
  return entries.filter(
    (entry) =>
      (numbers.length === 0 || numbers.includes(entry.number)) &&
      (topics.length === 0 || entry.topics.some((topic) => topics.includes(topic))),
  );
}

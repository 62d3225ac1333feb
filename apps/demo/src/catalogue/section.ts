/** What `--only` selects by. */
export type Topic = 'processes' | 'threads' | 'synchronisation' | 'development' | 'pool' | 'videos';

/** A part of the catalogue: examples with consecutive numbers. */
export interface Section {
  readonly letter: string;
  readonly title: string;
  readonly topic: Topic;
  /** The number of its last example. */
  readonly last: number;
}

const sections: readonly Section[] = [
  { letter: 'A', title: 'Processes', topic: 'processes', last: 13 },
  { letter: 'B', title: 'Threads', topic: 'threads', last: 21 },
  { letter: 'C', title: 'Synchronisation', topic: 'synchronisation', last: 28 },
  { letter: 'D', title: 'Single- and multi-threaded development', topic: 'development', last: 29 },
  { letter: 'E', title: 'Pool', topic: 'pool', last: 43 },
  { letter: 'F', title: 'The videos', topic: 'videos', last: 63 },
];

export const topics: readonly Topic[] = sections.map((section) => section.topic);

export function sectionOf(number: number): Section {
  const section = sections.find(({ last }) => number <= last);
  if (!section) throw new RangeError(`there is no section for example ${number}`);
  return section;
}

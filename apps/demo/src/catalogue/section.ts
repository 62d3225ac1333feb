/** What `--only` selects by. */
export type Topic = 'processes' | 'threads' | 'synchronisation' | 'development' | 'pool' | 'videos' | 'cluster';

/** A part of the catalogue, as the document is divided: examples with consecutive numbers. */
export interface Section {
  readonly letter: string;
  readonly title: string;
  readonly topic: Topic;
  /** What it is about, in a sentence or two. */
  readonly about: string;
  /** The number of its last example. */
  readonly last: number;
  /** Where it is divided further: the number of the first example of each chapter, and its title. */
  readonly chapters?: readonly { readonly first: number; readonly title: string }[];
}

const sections: readonly Section[] = [
  {
    letter: 'A',
    title: 'Processes',
    topic: 'processes',
    about:
      'A process is a program that runs, with memory of its own. These examples start processes, wait for them, tell them apart, and pass work and results between them.',
    last: 13,
  },
  {
    letter: 'B',
    title: 'Threads',
    topic: 'threads',
    about:
      'A thread runs inside a process and shares its memory. What the operating system keeps of each thread is shown with live values.',
    last: 21,
  },
  {
    letter: 'C',
    title: 'Synchronisation',
    topic: 'synchronisation',
    about:
      'When two threads change the same number, one can undo what the other did. How that happens, step by step, and how a lock prevents it.',
    last: 28,
  },
  {
    letter: 'D',
    title: 'Single- and multi-threaded development',
    topic: 'development',
    about: 'The same work, done as one sequence and split over threads.',
    last: 29,
  },
  {
    letter: 'E',
    title: 'Pool',
    topic: 'pool',
    about:
      'A pool keeps its workers and shares work out to them. From four random strings to the estimate of a density, with a benchmark at the end.',
    last: 43,
  },
  {
    letter: 'F',
    title: 'The videos',
    topic: 'videos',
    about: 'The programs of the videos that the document links to.',
    last: 63,
    chapters: [
      { first: 44, title: 'LucidProgramming: a pool against a loop' },
      { first: 45, title: 'Corey Schafer: processes, executors and images' },
      { first: 57, title: 'Pamela McAnulty: an air-conditioning monitor' },
    ],
  },
  {
    letter: 'G',
    title: 'Beyond one machine',
    topic: 'cluster',
    about:
      'Not in the document: two of its programs on worker hosts, which a program reaches through Redis. They are skipped where there is no redis-server.',
    last: 65,
  },
];

export const topics: readonly Topic[] = sections.map((section) => section.topic);

export function sectionOf(number: number): Section {
  const section = sections.find(({ last }) => number <= last);
  if (!section) throw new RangeError(`there is no section for example ${number}`);
  return section;
}

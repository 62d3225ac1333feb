/** A benchmark: a module that exports its `comparisons`. */
export interface Program {
  /** `SUITE-NAME`; the command line selects by how it begins. */
  readonly name: string;
  readonly suite: string;
  /** Relative to the folder of the built files, without its ending. */
  readonly module: string;
  readonly description: string;
}

const suites: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  start: {
    cost: 'Starting and joining a Process and a Thread, beside Node’s bare ones.',
  },
  memory: {
    words: 'An uncontended lock word, beside a bare pair of atomic instructions.',
    wake: 'A word to another thread or process and back, beside a message there and back.',
  },
  sync: {
    uncontended: 'Acquire and release where nothing else wants the lock.',
    contended: 'Two parties that do nothing but acquire and release.',
    wake: 'From a release until a waiter that does not block resumes.',
    waiters: 'Many tasks that wait at once: twice as many should take twice as long.',
  },
  queue: {
    threads: 'Messages a second from one thread to another.',
    processes: 'Messages a second from one process to another.',
    latency: 'A small message there and back.',
  },
  pool: {
    threads: 'Two worker threads: throughput, round trip, bytes, tasks that take time.',
    processes: 'The same with two worker processes.',
    sync: 'A call that blocks the calling thread until the result is there.',
    map: 'One function over a million numbers.',
    start: 'Import of the package and first result of a new pool, each in a fresh process.',
    memory: 'What an idle worker occupies.',
    numeric: 'A Parzen-window estimate over a million samples in shared memory.',
    growth: 'The cost of a task as the queue grows.',
    'break-even': 'The shortest task for which two workers are faster than a plain loop.',
  },
  cluster: {
    calls: 'A pool over two worker hosts, beside plain BullMQ.',
  },
};

/** All benchmarks, in the order in which they run. */
export const programs: readonly Program[] = Object.entries(suites).flatMap(([suite, those]) =>
  Object.entries(those).map(([name, description]) => ({
    name: `${suite}-${name}`,
    suite,
    module: `${suite}/${name}`,
    description,
  })),
);

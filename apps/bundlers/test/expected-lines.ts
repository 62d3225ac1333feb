const ofOneKind = [
  'greet hello you',
  'add 100',
  'relay 42',
  'see argument --no-warnings',
  'nest hello a thread',
  'nest hello a process',
  'throw true out of range',
];
const ofPool = ['map hello a,hello b,hello c', 'sync hello sync', 'throw true out of range'];

/** What fixtures/program prints. */
export const expectedLines: readonly string[] = [
  ...ofOneKind,
  ...ofOneKind,
  'die MANYCORE_WORKER_DIED SIGKILL',
  'pool died MANYCORE_WORKER_DIED',
  ...ofPool,
  ...ofPool,
];

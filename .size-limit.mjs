// What a program gets of a package: minified, with all it needs, compressed by brotli. A limit is what was reached;
// the aim stands beside it. Memory across processes is a third of every lock: `new Lock({ scope })` chooses it
// when it runs, so no bundler can leave it out.
const entries = [
  // Aims: 6 kB on its own, and 25 kB for a pool of threads. A package that starts workers holds what they run, for
  // bundles. What starts processes is left out of a pool of threads. What a pool loads when it runs short tasks, the rings,
  // is in files of its own.
  { name: 'sync, its own code', package: 'sync', limit: '8.1 kB', external: ['@manycore/*'] },
  // The largest of its classes alone, and the one that most programs use.
  { name: 'sync, its own code, { Condition }', package: 'sync', import: '{ Condition }', limit: '3.7 kB', external: ['@manycore/*'] },
  { name: 'sync, its own code, { Lock }', package: 'sync', import: '{ Lock }', limit: '1.2 kB', external: ['@manycore/*'] },
  { name: 'sync, { Lock }', package: 'sync', import: '{ Lock }', limit: '19.4 kB' },
  { name: 'sync', package: 'sync', limit: '31.2 kB' },
  { name: 'memory', package: 'memory', limit: '21.7 kB' },
  { name: 'queue, { Queue }', package: 'queue', import: '{ Queue }', limit: '41.8 kB' },
  { name: 'queue', package: 'queue', limit: '44.7 kB' },
  { name: 'thread', package: 'thread', limit: '23.5 kB' },
  { name: 'process', package: 'process', limit: '21.6 kB' },
  { name: 'pool, { ThreadPool }', package: 'pool', import: '{ ThreadPool }', limit: '45 kB' },
  { name: 'pool', package: 'pool', limit: '49.3 kB' },
  { name: 'pool, the rings', package: 'pool', file: 'manycore-pool-rings.js', limit: '38 kB' },
  { name: 'manycore', package: 'manycore', limit: '92.5 kB' },
  // What each of their workers loads.
  { name: 'thread, a thread', package: 'thread', file: 'manycore-thread-entry.cjs', limit: '12.9 kB' },
  { name: 'process, a process', package: 'process', file: 'manycore-process-entry.cjs', limit: '13.3 kB' },
  { name: 'pool, a worker', package: 'pool', file: 'manycore-pool-worker.cjs', limit: '13.9 kB' },
  { name: 'pool, the rings in a worker', package: 'pool', file: 'manycore-pool-ring-runner.js', limit: '35.5 kB' },
];

export default entries.map(({ package: folder, file = 'index.js', external = [], ...entry }) => ({
  ...entry,
  path: `packages/${folder}/dist/${file}`,
  modifyEsbuildConfig: (config) => ({
    ...config,
    platform: 'node',
    format: 'esm',
    external: [...(config.external ?? []), 'koffi', ...external],
  }),
}));

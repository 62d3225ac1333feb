// What a program gets of a package: minified, with all it needs, compressed by brotli. A limit is what was reached;
// the aim stands beside it. Memory across processes is a third of every lock: `new Lock({ scope })` chooses it
// when it runs, so no bundler can leave it out.
const entries = [
  // Aims: 6 kB on its own, and 25 kB for a pool of threads.
  { name: 'sync, its own code', package: 'sync', limit: '8.2 kB', external: ['@manycore/*'] },
  { name: 'sync, { Lock }', package: 'sync', import: '{ Lock }', limit: '18.5 kB' },
  { name: 'sync', package: 'sync', limit: '29.3 kB' },
  { name: 'memory', package: 'memory', limit: '20.8 kB' },
  { name: 'queue, { Queue }', package: 'queue', import: '{ Queue }', limit: '40.3 kB' },
  { name: 'queue', package: 'queue', limit: '43 kB' },
  { name: 'thread', package: 'thread', limit: '17.3 kB' },
  { name: 'process', package: 'process', limit: '14.7 kB' },
  { name: 'pool, { ThreadPool }', package: 'pool', import: '{ ThreadPool }', limit: '31 kB' },
  { name: 'pool', package: 'pool', limit: '32.7 kB' },
  { name: 'manycore', package: 'manycore', limit: '78 kB' },
  // What each of their workers loads.
  { name: 'thread, a thread', package: 'thread', file: 'child', limit: '10.6 kB' },
  { name: 'process, a process', package: 'process', file: 'child', limit: '10.9 kB' },
  { name: 'pool, a worker', package: 'pool', file: 'worker', limit: '10.8 kB' },
];

export default entries.map(({ package: folder, file = 'index', external = [], ...entry }) => ({
  ...entry,
  path: `packages/${folder}/dist/${file}.js`,
  modifyEsbuildConfig: (config) => ({
    ...config,
    platform: 'node',
    format: 'esm',
    external: [...(config.external ?? []), 'koffi', ...external],
  }),
}));

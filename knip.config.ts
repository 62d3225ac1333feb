import type { KnipConfig } from 'knip';

export default {
  // A fixture that lacks a module.
  ignoreUnresolved: ['./no-such-file.mjs'],
  // What an exported signature names is exported with it, whoever else needs it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': {
      // npm's scripts start the first ones, and check.ts the gates, by name.
      entry: [
        'scripts/{test,start,commonjs-entry,shakeable-classes}.mjs',
        'scripts/gates/*.ts',
        'test/**/*.test.ts',
        'test/release/registry-server.mjs',
        // Named in vitest.config.ts, if PORTABLE is set.
        'test/portable-runner.ts',
      ],
      project: ['scripts/**/*.{ts,mjs}', 'test/**/*.ts', '*.{ts,mjs}'],
      // Run by name in scripts/gates/packages.ts.
      ignoreDependencies: ['publint', '@arethetypeswrong/cli'],
    },
    'packages/*': {
      // What users import, what a package's workers run, and the programs that its tests start.
      entry: [
        'src/{index,internal,worker,child,cli,task}.ts',
        'src/worker/pool-worker.ts',
        'src/blocking/host-entry.ts',
        'src/transport/ring/open-rings.ts',
        'src/worker/ring-runner.ts',
        'test/**/*.test.ts',
        'test/fixtures/**/*.{ts,mts,mjs,js}',
      ],
      project: ['src/**/*.ts', 'test/**/*.{ts,mts,mjs,js}'],
    },
    'packages/testing': {
      // What the tests import, and what the contracts' workers load: the entries of its tsup.config.ts.
      entry: [
        'src/index.ts',
        'src/contracts/index.ts',
        'src/proc/index.ts',
        'src/servers/index.ts',
        'src/browser/chromium.ts',
        'src/contracts/worker/{targets,thrown,program,program-targets}.ts',
        'test/**/*.test.ts',
        'test/fixtures/**/*.{ts,mts,mjs,js}',
      ],
      project: ['src/**/*.ts', 'test/**/*.{ts,mts,mjs,js}'],
      // The browser is installed by it.
      ignoreBinaries: ['apt-get', 'redis-server'],
    },
    'apps/demo': {
      // Each example is a program that main.ts starts by its number.
      // What their workers run is found by its name.
      entry: ['src/main.ts', 'src/{examples,workload}/*.ts', 'test/**/*.test.ts'],
      project: ['src/**/*.ts', 'test/**/*.ts'],
    },
    'apps/bundlers': {
      // The programs that are bundled, and `npm run test-bundlers`. The bundlers are run by their names.
      entry: ['test/*.test.ts', 'test/matrix/{modes,next,vitest.config}.ts', 'test/fixtures/*/main.js'],
      project: ['test/**/*.{ts,js}'],
      ignoreDependencies: [
        '@rollup/plugin-node-resolve',
        '@vercel/ncc',
        'esbuild',
        'koffi',
        'rollup',
        'tsup',
        'vite',
        'webpack',
        'webpack-cli',
      ],
    },
    'apps/runtimes': {
      // Run by name, on Bun and Deno.
      entry: ['programs/*.js', 'test/**/*.test.ts'],
      project: ['programs/*.js', 'test/**/*.ts'],
    },
    'apps/soak': {
      // main.ts starts soak.ts; threads and processes find what they run in the scenarios, by name.
      entry: ['src/{main,soak}.ts', 'src/scenarios/**/*.ts', 'test/**/*.test.ts'],
      project: ['src/**/*.ts', 'test/**/*.ts'],
    },
    'apps/test-runners': {
      // The tests start the tools by the paths of their programs, and copy the fixtures into projects.
      entry: ['test/**/*.test.ts', 'test/fixtures/*.{js,cjs}'],
      project: ['test/**/*.{ts,js,cjs}'],
      ignoreDependencies: ['esbuild', 'jest', 'mocha', 'pm2', 'webpack'],
    },
    'apps/bench': {
      // Debian's; such rows are left out where it is missing.
      ignoreBinaries: ['nats-server'],
      // main.ts loads each program by its name, in lanes; workers and children find theirs so too.
      entry: [
        'src/{main,harness/lane-main}.ts',
        'src/{start,memory,sync,queue,pool,cluster}/**/*.ts',
        'test/**/*.test.ts',
      ],
      project: ['src/**/*.ts', 'test/**/*.ts'],
    },
  },
} satisfies KnipConfig;

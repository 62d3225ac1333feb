import { defineConfig, type Options } from 'tsup';

type Config = ReturnType<typeof defineConfig>;

const shared = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: false,
  sourcemap: true,
  splitting: true,
  treeshake: true,
  removeNodeProtocol: false,
  // The root's, and only @manycore/testing imports it: a copy of its own would find no running tests.
  external: ['vitest'],
  silent: true,
} satisfies Options;

/**
 * A published package: `src/index.ts` with its declarations; `entries` adds public subpaths. `workers` are what new
 * threads and processes load before they can do anything: see `workerEntry`. `alone` are files that share no code with
 * the entries: what is loaded of them is loaded into another thread, or late, and each further file costs a
 * millisecond or two.
 */
export function library(
  entries: Record<string, string> = {},
  workers: Record<string, string> = {},
  alone: Record<string, string> = {},
): Config {
  const published = { index: 'src/index.ts', ...entries };
  const main: Options = {
    ...shared,
    entry: published,
    // What is tagged @internal is left out: how one of our classes makes another.
    dts: {
      entry: published,
      compilerOptions: { ignoreDeprecations: '6.0', stripInternal: true },
    },
  };
  const separate = Object.entries(alone).map(([name, file]): Options => ({
    ...shared,
    entry: { [name]: file },
    splitting: false,
  }));
  return defineConfig([main, ...Object.entries(workers).map(workerEntry), ...separate]);
}

/**
 * A file that holds all that it needs. It is CommonJS, because Node starts a thread or process with that some 5 ms
 * sooner: what an ES module needs is set up when the program's own module is imported. No file of a user's program
 * may have its name: in a program that a bundler made, it is looked for beside that.
 */
function workerEntry([name, file]: [string, string]): Options {
  return {
    ...shared,
    entry: { [name]: file },
    format: 'cjs',
    splitting: false,
    // Rollup, which would shake it, writes `import.meta.url` without escapes.
    treeshake: false,
    // Half of what it costs to load it is reading its text.
    minifyWhitespace: true,
    minifySyntax: true,
    noExternal: [/^@manycore\//],
    outExtension: () => ({ js: '.cjs' }),
    define: { 'import.meta.url': 'entryUrl' },
    banner: { js: "const entryUrl = require('node:url').pathToFileURL(__filename).href;" },
  };
}

/** An application: every source file stays a module of its own, so that functions keep their module. */
export function application(): Config {
  return defineConfig({ ...shared, entry: ['src/**/*.ts'], splitting: false, bundle: false });
}

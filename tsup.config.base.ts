import { defineConfig, type Options } from 'tsup';

type Config = ReturnType<typeof defineConfig>;
type Plugin = NonNullable<Options['esbuildPlugins']>[number];

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

/** Core's code is in one file: who imports it by both names loads, and looks for, one more. */
const coreInOneFile: Plugin = {
  name: 'core-in-one-file',
  setup(build) {
    build.onResolve({ filter: /^@manycore\/core$/ }, () => ({ path: '@manycore/core/internal', external: true }));
  },
};

/**
 * What users load. Half of what it costs to load a file is reading its text, so there are no comments and no spaces;
 * names stay, since errors show them, and lines are short, since Node prints the line that threw. `src` and the source
 * maps are published beside it.
 */
const published = {
  ...shared,
  minifyWhitespace: true,
  // Left to the plugin.
  noExternal: [/^@manycore\/core$/],
  esbuildPlugins: [coreInOneFile],
  esbuildOptions: (options) => {
    options.lineLimit = 120;
  },
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
  const all = { index: 'src/index.ts', ...entries };
  const main: Options = { ...published, entry: all, dts: declarations(all) };
  return defineConfig([main, ...Object.entries(workers).map(workerEntry), ...Object.entries(alone).map(separate)]);
}

/**
 * A published package whose `src/internal.ts` exports all that `src/index.ts` does, and more. The code is in
 * `internal.js` alone, and `index.js` re-exports from there: what imports both loads two files, where the code that
 * they share would otherwise be in a third.
 */
export function libraryInOneFile(workers: Record<string, string> = {}): Config {
  const internal = { internal: 'src/internal.ts' };
  const index = { index: 'src/index.ts' };
  return defineConfig([
    { ...published, entry: internal, splitting: false },
    { ...published, entry: index, esbuildPlugins: [coreInOneFile, reexportsInternal], treeshake: false },
    { ...shared, entry: { ...index, ...internal }, dts: { ...declarations({ ...index, ...internal }), only: true } },
    ...Object.entries(workers).map(workerEntry),
  ]);
}

/** For an `index.ts` that holds nothing but `export { … } from './….js'`. */
const reexportsInternal: Plugin = {
  name: 'reexports-internal',
  setup(build) {
    build.onResolve({ filter: /^\.\/.*\.js$/ }, () => ({ path: './internal.js', external: true }));
  },
};

/** Without what is tagged @internal: how one of our classes makes another. */
function declarations(entry: Record<string, string>): Exclude<Options['dts'], boolean | string | undefined> {
  return { entry, compilerOptions: { ignoreDeprecations: '6.0', stripInternal: true } };
}

function separate([name, file]: [string, string]): Options {
  return { ...published, entry: { [name]: file }, splitting: false };
}

/**
 * A file that holds all that it needs. It is CommonJS, because Node starts a thread or process with that some 5 ms
 * sooner: what an ES module needs is set up when the program's own module is imported. No file of a user's program
 * may have its name: in a program that a bundler made, it is looked for beside that.
 */
function workerEntry([name, file]: [string, string]): Options {
  return {
    ...published,
    entry: { [name]: file },
    format: 'cjs',
    splitting: false,
    // Rollup, which would shake it, writes `import.meta.url` without escapes.
    treeshake: false,
    minifySyntax: true,
    esbuildPlugins: [],
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

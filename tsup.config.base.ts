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
 * A published package: `src/index.ts` with its declarations; `entries` adds public subpaths. `child` names
 * the file that is made of `src/child.ts`, the entry that its workers run, with all it imports: each further
 * file costs every start a millisecond or two. No file of a user's program may have that name: in a program that a
 * bundler made, it is looked for beside that. `alone` are files that share no code with the entries, for the same
 * reason: what is loaded of them is loaded into another thread, or late.
 */
export function library(entries: Record<string, string> = {}, child?: string, alone?: Record<string, string>): Config {
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
  const separate: Options[] = Object.entries(alone ?? {}).map(([name, file]) => ({
    ...shared,
    entry: { [name]: file },
    splitting: false,
  }));
  if (child === undefined) return defineConfig([main, ...separate]);
  const worker: Options = {
    ...shared,
    entry: { [child]: 'src/child.ts' },
    splitting: false,
    noExternal: [/^@manycore\//],
  };
  return defineConfig([main, worker, ...separate]);
}

/** An application: every source file stays a module of its own, so that functions keep their module. */
export function application(): Config {
  return defineConfig({ ...shared, entry: ['src/**/*.ts'], splitting: false, bundle: false });
}

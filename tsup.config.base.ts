import { existsSync } from 'node:fs';
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
 * A published package: `src/index.ts` with its declarations; `entries` adds public subpaths. Where there
 * is a `src/child.ts`, the entry that its workers run, that becomes one file with all it imports: each
 * further file costs every start a millisecond.
 */
export function library(entries: Record<string, string> = {}): Config {
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
  const child: Options = {
    ...shared,
    entry: { child: 'src/child.ts' },
    splitting: false,
    noExternal: [/^@manycore\//],
  };
  return defineConfig(existsSync('src/child.ts') ? [main, child] : main);
}

/** An application: every source file stays a module of its own, so that functions keep their module. */
export function application(): Config {
  return defineConfig({ ...shared, entry: ['src/**/*.ts'], splitting: false, bundle: false });
}

import { existsSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

type Config = ReturnType<typeof defineConfig>;

const shared = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
  splitting: true,
  treeshake: true,
  removeNodeProtocol: false,
  silent: true,
} satisfies Options;

/**
 * A published package: `src/index.ts` with its declarations, and `src/child.ts`, the entry that its
 * workers run, where there is one. `entries` adds public subpaths (each gets declarations);
 * `external` names packages that are not bundled although package.json does not list them.
 */
export function library(
  entries: Record<string, string> = {},
  external: readonly string[] = [],
): Config {
  const published = { index: 'src/index.ts', ...entries };
  return defineConfig({
    ...shared,
    external: [...external],
    entry: existsSync('src/child.ts') ? { ...published, child: 'src/child.ts' } : published,
    dts: { entry: published, compilerOptions: { ignoreDeprecations: '6.0' } },
  });
}

/** An application: every source file stays a module of its own, so that functions keep their module. */
export function application(): Config {
  return defineConfig({ ...shared, entry: ['src/**/*.ts'], splitting: false, bundle: false });
}

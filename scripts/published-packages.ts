import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool } from './command.js';

/** The parts of a package.json that the scripts and tests look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly repository?: { readonly url: string; readonly directory: string };
  readonly bugs?: { readonly url: string };
  readonly keywords?: readonly string[];
  readonly sideEffects?: boolean | readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface PublishedPackage {
  /** Its folder, absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The packages that are published, by name. */
export function publishedPackages(): PublishedPackage[] {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Packs them all as they would be published, into `folder`; gives the tarball of each, by name. */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  const { exitCode, output } = await runTool('pnpm', [
    '--recursive',
    '--filter=./packages/*',
    'pack',
    `--pack-destination=${folder}`,
  ]);
  if (exitCode !== 0) throw new Error(`pnpm pack failed:\n${output}`);
  return new Map(
    publishedPackages().map(({ manifest: { name, version } }) => [
      name,
      join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`),
    ]),
  );
}

/** The package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

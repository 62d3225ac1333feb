import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type PublishedPackage, publishedPackages } from '../scripts/published-packages.js';

/**
 * Installs a package and those of the workspace that it depends on, by npm and from their tarballs,
 * into `folder`, with the optional native parts that this workspace has installed.
 */
export async function installAlone(
  published: PublishedPackage,
  tarballs: ReadonlyMap<string, string>,
  folder: string,
): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const all = withDependencies(published);
  const files = all.map(({ manifest: { name } }) => tarballs.get(name) ?? missing(name));
  // Offline: a package that needs anything else from a registry is not complete.
  await promisify(execFile)(
    'npm',
    [
      'install',
      `--prefix=${folder}`,
      '--offline',
      '--omit=optional',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      ...files,
    ],
    { cwd: folder, shell: process.platform === 'win32' },
  );
  for (const each of all) linkOptionalDependencies(each, folder);
}

/** The package and the workspace's packages below it. */
function withDependencies(published: PublishedPackage): PublishedPackage[] {
  const workspace = new Map(publishedPackages().map((each) => [each.manifest.name, each]));
  const found = new Set([published]);
  // What is added to a set while it is iterated is visited as well.
  for (const { manifest } of found) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const below = workspace.get(name);
      if (below !== undefined) found.add(below);
    }
  }
  return [...found];
}

/** From the workspace's own installation: a registry need not be there. */
function linkOptionalDependencies(
  { folder: source, manifest }: PublishedPackage,
  folder: string,
): void {
  for (const name of Object.keys(manifest.optionalDependencies ?? {})) {
    const target = join(source, 'node_modules', name);
    const link = join(folder, 'node_modules', name);
    if (!existsSync(target) || existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
  }
}

function missing(name: string): never {
  throw new Error(`${name} was not packed`);
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readManifest } from '../../scripts/published-packages.js';

/** A package of others, as this workspace has it installed, and what it depends on. */
export interface InstalledPackage {
  /** Absolute, without links. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

/** The package that `node_modules/<name>` of a folder is, and those below it that are installed. */
export function withDependencies(name: string, from: string): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (each: string, modules: string): void => {
    const path = join(modules, each);
    // An optional one for another platform is not there.
    if (!existsSync(path)) return;
    const folder = realpathSync(path);
    if (found.has(folder)) return;
    const { version, dependencies, optionalDependencies } = readManifest(folder);
    found.set(folder, { folder, name: each, version });
    // pnpm puts the dependencies of a package beside it.
    const beside = each.includes('/') ? dirname(dirname(folder)) : dirname(folder);
    for (const below of Object.keys({ ...dependencies, ...optionalDependencies })) visit(below, beside);
  };
  visit(name, join(from, 'node_modules'));
  return [...found.values()];
}

/** What a client sends to a registry to publish it. */
export function publication({ folder, name, version }: InstalledPackage, registry: string): object {
  const args = ['-czf', '-', '--exclude=node_modules', '-C', dirname(folder), basename(folder)];
  const tarball = execFileSync('tar', args, { maxBuffer: 1 << 28 });
  const file = `${name}-${version}.tgz`;
  const dist = {
    shasum: createHash('sha1').update(tarball).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    tarball: `${registry}${name}/-/${basename(file)}`,
  };
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...readManifest(folder), _id: `${name}@${version}`, dist } },
    _attachments: {
      [file]: {
        content_type: 'application/octet-stream',
        data: tarball.toString('base64'),
        length: tarball.length,
      },
    },
  };
}

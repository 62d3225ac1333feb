import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './command.js';
import type { Manifest } from './published-packages.js';

/** What a registry gets of a package. */
export interface PackedPackage {
  /** Its folder in the repository: `packages/pool`. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly readme: string;
}

/** What a visitor of its page, or npm, would miss or stumble over. */
export function packedComplaints({ directory, manifest, readme }: PackedPackage): string[] {
  const address = /^git\+(https:.*)\.git$/.exec(manifest.repository?.url ?? '')?.[1];
  if (address === undefined) return ['repository.url must be git+https://….git'];
  const rules: readonly (readonly [boolean, string])[] = [
    [manifest.repository?.directory === directory, `repository.directory must be ${directory}`],
    [
      manifest.homepage === `${address}/tree/main/${directory}#readme`,
      'homepage must be the README in the repository',
    ],
    [manifest.bugs?.url === `${address}/issues`, 'bugs.url must be the issues of the repository'],
    [manifest.license === 'MIT', 'license must be MIT'],
    [(manifest.description ?? '') !== '', 'description is missing'],
    [(manifest.keywords ?? []).length >= 5, 'keywords must be five at least'],
    [manifest.sideEffects !== undefined, 'sideEffects is missing'],
    [manifest.engines?.['node'] !== undefined, 'engines.node is missing'],
    [manifest.files?.includes('CHANGELOG.md') === true, 'files must have CHANGELOG.md'],
    [manifest.devDependencies === undefined, 'devDependencies must be left out: see .pnpmfile.cjs'],
    [manifest.scripts === undefined, 'scripts must be left out: see .pnpmfile.cjs'],
    ...Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies }).map(
      ([name, range]) => [!range.includes(':'), `${name}: ${range} is no range of versions`] as const,
    ),
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, complaint]) => complaint);
  return [...broken, ...linkComplaints(readme, address)];
}

/** A registry shows the README alone: a link must be a heading's or a whole address. */
function linkComplaints(readme: string, address: string): string[] {
  const text = readme.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`]*`/g, '');
  const targets = [
    ...text.matchAll(/\]\(([^)\s]+)\)/g),
    ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
  ].map(([, target = '']) => target);
  return targets.flatMap((target) => {
    if (target.startsWith('#')) return [];
    if (!target.startsWith('https://')) return [`README.md: ${target} leads nowhere on a registry's page`];
    const [, path] = new RegExp(`^${address}/(?:blob|tree)/main/([^#]*)`).exec(target) ?? [];
    if (path === undefined || existsSync(join(root, path))) return [];
    return [`README.md: ${path} is not in the repository`];
  });
}

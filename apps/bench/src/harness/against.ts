// The same programs with the packages built in another checkout.
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../../', import.meta.url));

/** What keeps the checkout from being measured; undefined if nothing does. An older one may lack packages. */
export function whyNotAgainst(checkout: string): string | undefined {
  const packages = packagesOf(checkout);
  if (packages.length === 0) return `${checkout} is no checkout of this project`;
  for (const name of packages) {
    const index = join(checkout, 'packages', name, 'dist', 'index.js');
    if (!existsSync(index)) return `${index} is not there: give a checkout in which \`npm run build\` was run`;
  }
  return undefined;
}

/**
 * A copy of the built programs, in `folder`, beside a `node_modules` where `@manycore/*` are the packages of
 * the other checkout and all else is ours. Node follows links to where they lead, so those packages find
 * each other in their own checkout. Nothing intercepts imports: the copy runs as fast as the original.
 */
export function copyFor(checkout: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  const modules = join(folder, 'node_modules');
  cpSync(join(app, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(app, 'package.json'), join(folder, 'package.json'));
  for (const name of packagesOf(checkout)) {
    link(join(checkout, 'packages', name), join(modules, '@manycore', name));
  }
  for (const name of dependencies()) {
    link(realpathSync(join(app, 'node_modules', name)), join(modules, name));
  }
  return join(folder, 'dist');
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'dir');
}

/** Those of our packages that the programs use, as far as a checkout has them. */
function packagesOf(checkout: string): string[] {
  return readdirSync(join(app, 'node_modules', '@manycore')).filter(
    (name) => name !== 'testing' && existsSync(join(checkout, 'packages', name, 'package.json')),
  );
}

/** What is installed for this app, but our packages. */
function dependencies(): string[] {
  return readdirSync(join(app, 'node_modules')).flatMap((name) => {
    if (name === '@manycore' || name.startsWith('.')) return [];
    if (!name.startsWith('@')) return [name];
    return readdirSync(join(app, 'node_modules', name)).map((inner) => `${name}/${inner}`);
  });
}

// Gate: `manycore` re-exports by name everything that its packages export for users, and holds nothing else.
// `@manycore/cluster` stays outside: it brings dependencies that most users do not want.
import { join } from 'node:path';
import { root } from '../command.js';
import { reexportsOf } from '../exported-names.js';
import { publishedPackages } from '../published-packages.js';

const umbrella = 'packages/manycore/src/index.ts';
const offered = new Set<string>();

for (const statement of reexportsOf(join(root, umbrella))) {
  if (!('names' in statement)) {
    fail(
      `${umbrella}:${statement.line}: the umbrella only re-exports by name; ` +
        'move this to the package that it belongs to',
    );
    continue;
  }
  const known = publicNames(statement.from);
  for (const name of statement.names) {
    offered.add(name);
    if (!known.has(name)) fail(`${umbrella}: ${name} is not in the index of ${statement.from}`);
  }
}

for (const { manifest } of publishedPackages()) {
  if (manifest.name === 'manycore' || manifest.name === '@manycore/cluster') continue;
  for (const name of publicNames(manifest.name)) {
    if (!offered.has(name)) fail(`${umbrella}: ${name} of ${manifest.name} is missing`);
  }
}

function publicNames(packageName: string): ReadonlySet<string> {
  const found = publishedPackages().find(({ manifest }) => manifest.name === packageName);
  if (found === undefined) return new Set();
  const statements = reexportsOf(join(found.folder, 'src', 'index.ts'));
  return new Set(statements.flatMap((each) => ('names' in each ? each.names : [])));
}

function fail(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

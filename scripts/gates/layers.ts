// Gate: the drawing in ARCHITECTURE.md shows what the packages import of each other, no less and no more,
// and their package.json lists the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../command.js';
import { disagreements, drawnEdges, importsOf, packageOf, type RealPackage } from '../layers.js';
import { type Manifest, readManifest } from '../published-packages.js';

const packages = join(root, 'packages');
const drawn = drawnEdges(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
const real = readdirSync(packages)
  .filter((name) => existsSync(join(packages, name, 'package.json')))
  .map(realPackage);

for (const problem of disagreements(drawn, real)) {
  console.error(`ARCHITECTURE.md, "The picture": ${problem}`);
  process.exitCode = 1;
}

function realPackage(name: string): RealPackage {
  const folder = join(packages, name);
  return { name, imports: importsBelow(folder), dependencies: dependenciesOf(readManifest(folder)) };
}

function importsBelow(folder: string): Map<string, string> {
  const source = join(folder, 'src');
  const imports = new Map<string, string>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    // A model test stands beside its protocol, and is not published.
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const path = join(source, file);
    for (const other of importsOf(readFileSync(path, 'utf8'))) {
      if (!imports.has(other)) imports.set(other, path.slice(root.length));
    }
  }
  return imports;
}

function dependenciesOf({ dependencies, optionalDependencies }: Manifest): Set<string> {
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  return new Set(names.flatMap((name) => packageOf(name) ?? []));
}

import ts from 'typescript';

/** For each package, those that it imports. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The edges of the drawing in ARCHITECTURE.md, its only Mermaid block: a line for each package,
 * `pool --> thread & process`, or its name alone if it imports none.
 */
export function drawnEdges(markdown: string): Edges {
  const [, drawing] = /^```mermaid\nflowchart TD\n([\s\S]*?)^```$/m.exec(markdown) ?? [];
  if (drawing === undefined) throw new Error('there is no Mermaid block that begins `flowchart TD`');
  return new Map(
    drawing
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, from = '', to = ''] = /^\s*(\w+)(?: --> ([\w &]+))?$/.exec(line) ?? [];
        if (from === '') throw new Error(`not understood in the drawing: ${line.trim()}`);
        return [from, new Set(to === '' ? [] : to.split(' & '))];
      }),
  );
}

/** The packages of this workspace that a source file imports, by name; types count as well. */
export function importsOf(source: string): string[] {
  const { importedFiles } = ts.preProcessFile(source, true, true);
  return importedFiles.flatMap(({ fileName }) => packageOf(fileName) ?? []);
}

/** `core` for `@manycore/core/internal`; undefined for a package that is not ours. */
export function packageOf(specifier: string): string | undefined {
  return /^@manycore\/([^/]+)/.exec(specifier)?.[1];
}

/** What a package imports and what its package.json lists. */
export interface RealPackage {
  readonly name: string;
  /** Each with the first file that imports it. */
  readonly imports: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlySet<string>;
}

/** Where the drawing, the imports and the lists of dependencies do not agree. */
export function disagreements(drawn: Edges, packages: readonly RealPackage[]): string[] {
  const found: string[] = [];
  for (const { name, imports, dependencies } of packages) {
    const below = drawn.get(name);
    // A private package that imports none of ours stands beside the picture.
    if (below === undefined && imports.size === 0 && dependencies.size === 0) continue;
    if (below === undefined) found.push(`${name} is not drawn`);
    const known = below ?? new Set<string>();
    for (const other of new Set([...known, ...imports.keys(), ...dependencies])) {
      const file = imports.get(other);
      if (file !== undefined && !known.has(other)) {
        found.push(`${name} → ${other} is used, in ${file}, and not drawn`);
      }
      if (file !== undefined && !dependencies.has(other)) {
        found.push(`${name} → ${other} is used, in ${file}, and not among its dependencies`);
      }
      if (file === undefined && known.has(other)) {
        found.push(`${name} → ${other} is drawn and not used`);
      }
      if (file === undefined && dependencies.has(other)) {
        found.push(`${name} → ${other} is among its dependencies and not used`);
      }
    }
  }
  const names = new Set(packages.map(({ name }) => name));
  for (const [name, below] of drawn) {
    for (const each of [name, ...below]) if (!names.has(each)) found.push(`${each} is drawn and no package`);
  }
  return [...found, ...cycleIn(drawn)];
}

/** Imports point down: no package is below itself. */
function cycleIn(drawn: Edges): string[] {
  for (const name of drawn.keys()) {
    const below = new Set(drawn.get(name));
    for (const each of below) for (const next of drawn.get(each) ?? []) below.add(next);
    if (below.has(name)) return [`${name} is below itself`];
  }
  return [];
}

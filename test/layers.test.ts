// The gate `layers`: the drawing, the imports and the lists of dependencies agree, or it says where not.
import { expect, test } from 'vitest';
import { disagreements, drawnEdges, importsOf, type RealPackage } from '../scripts/layers.js';

const drawing = (...lines: string[]): string =>
  ['# Architecture', '```mermaid', 'flowchart TD', ...lines, '```', 'text'].join('\n');

function realPackage(
  name: string,
  imports: readonly string[],
  dependencies: readonly string[] = imports,
): RealPackage {
  return {
    name,
    imports: new Map(imports.map((each) => [each, `packages/${name}/src/index.ts`])),
    dependencies: new Set(dependencies),
  };
}

const drawn = drawnEdges(drawing('  pool --> thread & core', '  thread --> core', '  core'));

test('a drawing that is true', () => {
  const packages = [
    realPackage('pool', ['thread', 'core']),
    realPackage('thread', ['core']),
    realPackage('core', []),
    // Not drawn, for it is beside the picture.
    realPackage('testing', []),
  ];
  expect(disagreements(drawn, packages)).toEqual([]);
});

test.each([
  [
    'an edge that is used and not drawn',
    [realPackage('core', ['thread'])],
    [
      'core → thread is used, in packages/core/src/index.ts, and not drawn',
      'pool is drawn and no package',
      'thread is drawn and no package',
    ],
  ],
  [
    'an edge that is drawn and not used',
    [realPackage('pool', ['thread']), realPackage('thread', ['core']), realPackage('core', [])],
    ['pool → core is drawn and not used'],
  ],
  [
    'an import that package.json does not list',
    [realPackage('pool', ['thread', 'core'], ['core']), realPackage('thread', ['core']), realPackage('core', [])],
    ['pool → thread is used, in packages/pool/src/index.ts, and not among its dependencies'],
  ],
  [
    'a dependency that is not imported',
    [realPackage('pool', ['thread', 'core']), realPackage('thread', ['core']), realPackage('core', [], ['memory'])],
    ['core → memory is among its dependencies and not used'],
  ],
  [
    'a package that is not drawn',
    [
      realPackage('pool', ['thread', 'core']),
      realPackage('thread', ['core']),
      realPackage('core', []),
      realPackage('queue', ['core']),
    ],
    ['queue is not drawn', 'queue → core is used, in packages/queue/src/index.ts, and not drawn'],
  ],
] as const)('%s', (_, packages, problems) => {
  expect(new Set(disagreements(drawn, packages))).toEqual(new Set(problems));
});

test('packages that are below each other', () => {
  const circular = drawnEdges(drawing('  a --> b', '  b --> a'));
  const packages = [realPackage('a', ['b']), realPackage('b', ['a'])];
  expect(disagreements(circular, packages)).toEqual(['a is below itself']);
});

test('a line that is not understood is an error', () => {
  expect(() => drawnEdges(drawing('  a -> b'))).toThrow('not understood in the drawing: a -> b');
  expect(() => drawnEdges('# Nothing')).toThrow('no Mermaid block');
});

test('imports of types, re-exports and dynamic imports count', () => {
  const source = [
    `import type { A } from '@manycore/core';`,
    `export { b } from '@manycore/memory/internal';`,
    `const c = import('@manycore/sync');`,
    `import { join } from 'node:path';`,
    `// import '@manycore/queue'`,
  ].join('\n');
  expect(importsOf(source)).toEqual(['core', 'memory', 'sync']);
});

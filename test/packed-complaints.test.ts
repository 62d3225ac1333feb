// What the gate `packages` says about a manifest and a README that a registry would show wrongly.
import { expect, test } from 'vitest';
import { packedComplaints } from '../scripts/packed-complaints.js';

const sound = {
  directory: 'packages/sync',
  manifest: {
    name: '@manycore/sync',
    version: '1.0.0',
    description: 'Locks.',
    license: 'MIT',
    homepage: 'https://example.com/tree/main/packages/sync#readme',
    repository: { url: 'git+https://example.com.git', directory: 'packages/sync' },
    bugs: { url: 'https://example.com/issues' },
    keywords: ['a', 'b', 'c', 'd', 'e'],
    sideEffects: false,
    engines: { node: '>=20' },
    files: ['CHANGELOG.md'],
    dependencies: { '@manycore/core': '^1.0.0' },
  },
  readme: '# Locks\n[here](#locks)',
} as const;

test('a sound package has none', () => {
  expect(packedComplaints(sound)).toEqual([]);
});

test('what only the workspace knows must not be in the manifest', () => {
  const manifest = {
    ...sound.manifest,
    scripts: { build: 'tsup' },
    devDependencies: { '@manycore/testing': '0.0.0' },
    dependencies: { '@manycore/core': 'workspace:^' },
  };
  expect(packedComplaints({ ...sound, manifest })).toEqual([
    'devDependencies must be left out: see .pnpmfile.cjs',
    'scripts must be left out: see .pnpmfile.cjs',
    '@manycore/core: workspace:^ is no range of versions',
  ]);
});

test.each([
  ['[a](../core)', ['README.md: ../core leads nowhere on a registry\'s page']],
  ['[a][b]\n\n[b]: src/x.md', ['README.md: src/x.md leads nowhere on a registry\'s page']],
  ['[a](https://example.com/blob/main/no/such.md)', ['README.md: no/such.md is not in the repository']],
  ['[a](https://example.com/tree/main/packages/core#readme)', []],
  ['```ts\n[a](b)\n```\n`[c](d)`', []],
])('links: %s', (readme, complaints) => {
  expect(packedComplaints({ ...sound, readme })).toEqual(complaints);
});

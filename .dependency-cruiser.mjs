// @ts-check
// The gate `imports`: no two files import each other, and packages import each other only through their
// front doors. Type-only imports count: a boundary is one for types as well. Which package may import
// which is the gate `layers`.
import { readdirSync, readFileSync } from 'node:fs';

const packages = new URL('packages/', import.meta.url);

/** @type {(name: string) => boolean} */
const isPrivate = (name) =>
  JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8')).private === true;

const names = readdirSync(packages);
const published = names.filter((name) => !isPrivate(name)).join('|');
const unpublished = names.filter(isPrivate).join('|');
// A model test stands beside its protocol, and is not published.
const tests = '[.]test[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Files that import each other are one file in two places: draw a third out of them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'front-door',
      comment: 'Another package is imported by its name, never by the path of one of its files.',
      severity: 'error',
      from: { path: '^((?:packages|apps)/[^/]+|scripts|test)/' },
      to: {
        path: '^(packages|apps)/[^/]+/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'resolvable',
      comment: 'No such file, or the other package does not export it.',
      severity: 'error',
      // Some fixtures are there to lack a module.
      from: { pathNot: '/test/fixtures/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'platform',
      comment:
        'Node’s modules are imported only in src/**/platform/ or *.node.ts, where a browser’s ' +
        'or another runtime’s version can take their place.',
      severity: 'error',
      from: {
        path: `^packages/(${published})/src/`,
        pathNot: '/platform/|[.]node[.]ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'Published code imports neither tests nor what only development needs.',
      severity: 'error',
      from: { path: `^packages/(${published})/src/`, pathNot: tests },
      to: { path: `/test/|^packages/(${unpublished})/` },
    },
    {
      name: 'no-dev-dependencies-in-sources',
      comment: 'Its users do not have it: list it under dependencies.',
      severity: 'error',
      from: { path: `^packages/(${published})/src/`, pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'named-for-a-concern',
      comment: 'A file is named for what it does, not for being left over.',
      severity: 'error',
      from: {},
      to: {
        path: '/(util|utils|helper|helpers|common|misc)([.]ts$|/)',
        pathNot: 'node_modules/|/dist/',
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '/(dist|coverage)/.*[.]map$' },
    // A workspace has its own package.json; the root's tools belong to all.
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.d.ts'],
    },
  },
};

// Each runner in the ways that the recipes leave out: targets within the test file, by each of the forms in which a
// file gets the runner's functions, and values of all kinds where a runner gives a file a realm of its own.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Project } from './project.js';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

const own = (functions: string): string => `
  ${functions}
  import assert from 'node:assert/strict';
  import { Thread, tasks } from 'manycore';
  export function add(a, b) {
    return a + b;
  }
  export function asserts() {
    expect(1).toBe(1);
  }
  const { twice } = tasks(import.meta.url, { twice: (n) => 2 * n });
  const run = (target, ...args) => new Thread({ target, args }).start().result;
  describe('own', () => {
    it('exported', async () => assert.equal(await run(add, 1, 2), 3));
    it('registered', async () => assert.equal(await run(twice, 4), 8));
  });
`;
const asserting = `
  it('an assertion of the runner', () =>
    assert.rejects(run(asserts), /\`expect\` of the test runner is not available in a worker/));
`;
const common = (functions: string): string => `
  ${functions}
  const assert = require('node:assert/strict');
  const { Thread, tasks } = require('manycore');
  exports.add = function add(a, b) {
    return a + b;
  };
  const { twice } = tasks(__filename, { twice: (n) => 2 * n });
  const run = (target, ...args) => new Thread({ target, args }).start().result;
  describe('common', () => {
    it('exported', async () => assert.equal(await run(exports.add, 1, 2), 3));
    it('registered', async () => assert.equal(await run(twice, 4), 8));
  });
`;
const everything = {
  'lib.cjs': fixture('lib.cjs'),
  'cases.cjs': fixture('cases.cjs'),
  'cases.test.js': `
    import * as manycore from 'manycore';
    import { casesOf } from './cases.cjs';
    for (const [name, run] of casesOf(manycore)) it(name, run);
  `,
};

test('Jest: globals, @jest/globals, values of all kinds', async () => {
  using project = new Project({
    'package.json': '{ "type": "module", "jest": { "transform": {}, "testTimeout": 60000 } }',
    'globals.test.js': own('') + asserting,
    'imported.test.js': own(`import { describe, expect, it } from '@jest/globals';`),
    ...everything,
  });
  await expectPassed(project, 'NODE_OPTIONS=--experimental-vm-modules npx jest --runInBand', 'Tests: *15 passed');
});

test('Jest with CommonJS: globals, @jest/globals, TypeScript, values of all kinds', async () => {
  using project = new Project({
    'package.json': JSON.stringify({
      jest: { testTimeout: 60_000, transform: { '\\.ts$': '<rootDir>/transform.cjs' } },
    }),
    'transform.cjs': `
      const { transformSync } = require('esbuild');
      const options = { loader: 'ts', format: 'cjs', target: 'node20' };
      exports.process = (source) => ({ code: transformSync(source, options).code });
    `,
    'typed.test.ts': `
      import { Process } from 'manycore';
      import { square } from './work';
      export function half(n: number): number {
        return n / 2;
      }
      test.each([[square, 36], [half, 3]])('TypeScript: %s', async (target, result) => {
        expect(await new Process({ target, args: [6] }).start().result).toBe(result);
      });
    `,
    'work.ts': 'export function square(n: number): number {\n  return n * n;\n}\n',
    'globals.test.js': common(''),
    'imported.test.js': common(`const { describe, it } = require('@jest/globals');`),
    ...everything,
    'cases.test.js': `
      const { casesOf } = require('./cases.cjs');
      for (const [name, run] of casesOf(require('manycore'))) it(name, run);
    `,
  });
  await expectPassed(project, 'npx jest --runInBand', 'Tests: *16 passed');
});

test('Vitest in a vm context: globals, values of all kinds', async () => {
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'globals.test.js': own('') + asserting,
    ...everything,
  });
  await expectPassed(project, 'npx vitest run --globals --pool=vmForks --test-timeout=60000', 'Tests *13 passed');
});

test('Mocha: globals of each style, modules, CommonJS, in parallel', async () => {
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'test/globals.js': own(''),
    'test/imported.js': own(`import { describe, it } from 'mocha';`),
    'test/common.cjs': common(''),
    'test/required.cjs': common(`const { describe, it } = require('mocha');`),
    'tdd/tdd.js': own('').replace('describe(', 'suite(').replaceAll(' it(', ' test('),
  });
  await expectPassed(project, 'npx mocha --timeout=60000 --parallel --jobs=2', '8 passing');
  await expectPassed(project, 'npx mocha --timeout=60000 --ui=tdd tdd', '2 passing');
});

test('node:test: with --test and without, modules and CommonJS', async () => {
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'imported.test.js': own(`import { describe, it } from 'node:test';`),
    'required.test.cjs': common(`const { describe, it } = require('node:test');`),
  });
  await expectPassed(project, 'node --test', '. pass 4');
  await expectPassed(project, 'node imported.test.js', '. pass 2');
});

async function expectPassed(project: Project, command: string, count: string): Promise<void> {
  const { exitCode, stdout, stderr } = await project.run(command);
  // eslint-disable-next-line no-control-regex -- the colours of the tools
  const text = `${stdout}\n${stderr}`.replace(/\u001b\[\d+m/g, '');
  expect(exitCode, text).toBe(0);
  expect(text).toMatch(new RegExp(`^ *${count}\\b`, 'm'));
}

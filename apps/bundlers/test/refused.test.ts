// Bundles from which a worker cannot load manycore: the error says why, and what to set.
import { allowWarnings, expectNoLeaks, runProgram } from '@manycore/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Project } from './project.js';

expectNoLeaks();

/** For each kind of worker, the name and the text of the error. */
const errors = (lines: readonly string[]): [string, string][] =>
  lines.map((line) => {
    const [, kind = '', name = '', message = ''] = /^(\w+) (\w+) (.*)$/.exec(line) ?? [];
    return [`${kind} ${name}`, message];
  });

test('a program that is no file: each kind of worker says that manycore is to be external', async () => {
  using project = new Project('one-call');
  const bundle = await project.follow('build.mjs');
  // Node reads it from its standard input.
  const { lines } = await runProgram('-', {
    execArgv: ['--input-type=module'],
    input: readFileSync(bundle, 'utf8'),
  });
  const all = errors(lines);
  expect(all.map(([what]) => what)).toEqual([
    'thread ManycoreError',
    'process ManycoreError',
    'threads BrokenPoolError',
    'processes BrokenPoolError',
  ]);
  for (const [, message] of all) {
    expect(message).toContain('manycore was bundled into a program, from which a worker cannot load it: it is in no file. ');
    expect(message).toContain("Mark it external (esbuild: external: ['manycore', '@manycore/*'];");
    expect(message).not.toContain('initializer');
  }
});

const chunks = `
import config from './webpack.config.mjs';
const manycore = { test: /packages.\\w+.dist/, name: 'vendor', chunks: 'all', enforce: true };
const output = { ...config.output, filename: '[name].mjs' };
export default { ...config, output, optimization: { splitChunks: { cacheGroups: { manycore } } } };
`;
const external = `
import config from './webpack.config.mjs';
export default { ...config, externals: { manycore: 'module manycore' } };
`;

test('a chunk that does nothing by itself: they name the setting of webpack, which works', async () => {
  using project = new Project('one-call');
  project.write('webpack.config.mjs', project.recipe('webpack.config.mjs'));
  project.write('chunks.mjs', chunks);
  await project.run('webpack', '--config', 'chunks.mjs');
  const { lines } = await runProgram(project.install('main.mjs'));
  const all = errors(lines);
  expect(all.map(([what]) => what)).toEqual([
    'thread WorkerDiedError',
    'process WorkerDiedError',
    'threads BrokenPoolError',
    'processes BrokenPoolError',
  ]);
  for (const [, message] of all) {
    expect(message).toMatch(/manycore was bundled into file:\S+, from which a worker cannot load it: /);
    expect(message).toContain("Mark it external (webpack: externals: { manycore: 'module manycore' })");
    expect(message).not.toContain('initializer');
  }

  using other = new Project('one-call');
  other.write('webpack.config.mjs', other.recipe('webpack.config.mjs'));
  other.write('external.mjs', external);
  await other.run('webpack', '--config', 'external.mjs');
  other.installManycore();
  expect(await linesOf(other.install('main.mjs'))).toEqual(calls);
});

const calls = ['thread one', 'process one', 'threads one', 'processes one'];

async function linesOf(bundle: string): Promise<readonly string[]> {
  return (await runProgram(bundle)).lines;
}

test('the setting of esbuild works', async () => {
  using project = new Project('one-call');
  const options = "external: ['manycore', '@manycore/*'],";
  project.write('build.mjs', project.recipe('build.mjs').replace('minify: true,', options));
  await project.run('node', 'build.mjs');
  project.installManycore();
  expect(await linesOf(project.install('main.mjs'))).toEqual(calls);
});

test('a bundle that is gone: each error says so itself', async () => {
  using project = new Project('one-call');
  const bundle = await project.follow('build.mjs');
  const { lines } = await runProgram(bundle, { args: ['remove'] });
  for (const [, message] of errors(lines)) expect(message).toContain(`Cannot find module '${bundle}'`);
  expect(lines).toHaveLength(4);
});

describe('a program without its guard', () => {
  test.each([
    ['thread', 'WorkerDiedError'],
    ['process', 'WorkerDiedError'],
    ['threads', 'BrokenPoolError'],
    ['processes', 'BrokenPoolError'],
  ])('%s', async (kind, name) => {
    allowWarnings(/./);
    using project = new Project('unguarded');
    const bundle = await project.follow('build.mjs');
    const { stdout } = await runProgram(bundle, { args: [kind], env: { KIND: kind } });
    expect(stdout).toMatch(new RegExp(`^${kind} ${name} .* starts workers at module top level`));
    expect(stdout).toContain('if (isMain(import.meta)) {');
  });
});

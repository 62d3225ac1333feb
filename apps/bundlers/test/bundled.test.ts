// Programs in which the recipes of docs/bundlers.md put manycore into one file.
import { expectNoLeaks, Program, runProgram, scaled, until } from '@manycore/testing';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectedLines } from './expected-lines.js';
import { Project } from './project.js';

expectNoLeaks();

const recipes = [
  'build.mjs',
  'build-commonjs.mjs',
  'rollup.config.mjs',
  'vite.config.mjs',
  'tsup.config.mjs',
  'webpack.config.mjs',
];

describe.each(recipes)('%s', { timeout: scaled(180_000) }, (recipe) => {
  test('threads, processes, pools, shared memory and locks', async () => {
    using project = new Project('program');
    const bundle = await project.follow(recipe);
    expect(project.files()).toHaveLength(1);
    const { lines, exitCode } = await runProgram(bundle, { timeout: scaled(120_000) });
    expect({ lines, exitCode }).toEqual({ lines: expectedLines, exitCode: 0 });
  });
});

test('when it is killed, nothing of it stays: no child, and no name of a shared memory', async () => {
  using project = new Project('program');
  const bundle = await project.follow('build-commonjs.mjs');
  const name = `bundled-${process.pid}`;
  await using program = new Program(bundle, { args: ['leave-child', name] });
  await program.line(/^child \d+/);
  expect(existsSync(`/dev/shm/${name}`)).toBe(true);
  program.kill('SIGKILL');
  // Rejects if something is left running: the child, or what is to remove the name.
  await program.outcome;
  await until(() => !existsSync(`/dev/shm/${name}`), { what: 'the end of the name' });
});

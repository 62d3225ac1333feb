// The recipes of docs/test-runners.md, each as it stands there, run by the real tool.
import { expect, test } from 'vitest';
import { Project } from './project.js';
import { recipesOf } from './recipes.js';

const recipes = recipesOf(new URL('../../../docs/test-runners.md', import.meta.url));

/** How each tool counts the tests that passed. */
const passed = /^ *(?:Tests:? +)?(\d+) pass(?:ed|ing)|^. pass (\d+)/m;

test('there is one for each runner', () => {
  expect(recipes.map(({ title }) => title)).toEqual([
    'Vitest',
    'Vitest: vmThreads and vmForks',
    'Jest with CommonJS',
    'Jest with ES modules',
    'Mocha',
    'node:test',
  ]);
});

test.each(recipes)('$title', async ({ title, files, command }) => {
  const type = title.includes('CommonJS') ? 'commonjs' : 'module';
  using project = new Project({ 'package.json': JSON.stringify({ type }), ...files });
  const { exitCode, stdout, stderr } = await project.run(command);
  // eslint-disable-next-line no-control-regex -- the colours of the tools
  const text = `${stdout}\n${stderr}`.replace(/\u001b\[\d+m/g, '');
  expect(exitCode, text).toBe(0);
  const [, before, after] = passed.exec(text) ?? [];
  expect(before ?? after, text).toBe('2');
});

// The program of test/bundled.test.ts by further bundlers, and by those of docs/bundlers.md in further modes.
import { expectNoLeaks, runProgram, scaled } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { expectedLines } from '../expected-lines.js';
import { Project } from '../project.js';
import { installedBun } from './installed.js';

expectNoLeaks();

/** Bundles `src/main.js` into `dist`, and returns the name of the file to start. */
type Bundle = (project: Project) => Promise<string>;

const modes: Record<string, Bundle> = {
  'esbuild, not minified': async (project) => {
    project.write('build.mjs', project.recipe('build.mjs').replace('minify: true', 'minify: false'));
    await project.run('node', 'build.mjs');
    return 'main.mjs';
  },
  'esbuild, split into several files': async (project) => {
    const splitting = "outdir: 'dist', splitting: true, outExtension: { '.js': '.mjs' }";
    const entries = "entryPoints: ['src/main.js', 'src/work.js']";
    const recipe = project.recipe('build.mjs');
    project.write(
      'build.mjs',
      recipe.replace(/entryPoints: .*\]/, entries).replace(/outfile: '.*?'/, splitting),
    );
    await project.run('node', 'build.mjs');
    return 'main.mjs';
  },
  'Rollup, CommonJS': async (project) => {
    const recipe = project.recipe('rollup.config.mjs');
    project.write('rollup.config.mjs', recipe.replace('main.mjs', 'main.cjs').replace("'es'", "'cjs'"));
    await project.run('rollup', '--config');
    return 'main.cjs';
  },
  'Vite, not minified': async (project) => {
    const recipe = project.recipe('vite.config.mjs');
    project.write('vite.config.mjs', recipe.replace('minify: true', 'minify: false'));
    await project.run('vite', 'build');
    return 'main.js';
  },
  'webpack, development': async (project) => {
    const recipe = project.recipe('webpack.config.mjs');
    project.write('webpack.config.mjs', recipe.replace("'production'", "'development'"));
    await project.run('webpack');
    return 'main.mjs';
  },
  ncc: async (project) => {
    await project.run('ncc', 'build', 'src/main.js', '--minify', '--external', 'koffi', '--out', 'dist');
    return 'index.js';
  },
  'bun build': async (project) => {
    const bun = await installedBun();
    await project.run(bun, 'build', 'src/main.js', '--target=node', '--minify', '--outfile=dist/main.mjs');
    return 'main.mjs';
  },
};

describe.each(Object.entries(modes))('%s', { timeout: scaled(180_000) }, (_name, bundle) => {
  test('threads, processes, pools, shared memory and locks', async () => {
    using project = new Project('program');
    const name = await bundle(project);
    const { lines, exitCode } = await runProgram(project.install(name), { timeout: scaled(120_000) });
    expect({ lines, exitCode }).toEqual({ lines: expectedLines, exitCode: 0 });
  });
});

// Programs that something else starts, or writes: isMain must tell them from what they import, or say why it cannot.
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from '@manycore/testing';
import { expect, test } from 'vitest';
import webpack, { type Configuration } from 'webpack';
import { Project, toolFolder } from './project.js';

const fixture = readFileSync(new URL('fixtures/main.js', import.meta.url), 'utf8');
const common = fixture
  .replace(/import (.*) from 'manycore';/, `const $1 = require('manycore');`)
  .replace('export function', 'exports.square = square; function')
  .replace('import.meta', 'module')
  .replace(/console\.log\((.*) \.\.\.\(await (.*)\)\);/, '$2.then((values) => console.log($1 ...values));');

test('pm2 in fork and cluster mode, ES modules and CommonJS', async () => {
  const app = (name: string, script: string, exec_mode: string): object => ({ name, script, exec_mode, autorestart: false });
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'main.js': fixture,
    'common.cjs': common,
    'apps.json': JSON.stringify({
      apps: [
        app('forked', 'main.js', 'fork'),
        app('clustered', 'main.js', 'cluster'),
        app('common', 'common.cjs', 'fork'),
      ],
    }),
  });
  const home = mkdtempSync(join(project.folder, 'pm2-'));
  const runtime = new Program(join(toolFolder('pm2'), 'bin', 'pm2-runtime'), {
    args: ['start', 'apps.json', '--raw'],
    cwd: project.folder,
    env: { PM2_HOME: home },
    allowWarnings: true,
  });
  for (const name of ['forked', 'clustered', 'common']) await runtime.line(new RegExp(`^${name} 9 9$`));
  runtime.kill('SIGINT');
  await runtime.outcome;
});

test('webpack: a text that names the settings, with which it works', async () => {
  using project = new Project({ 'package.json': '{ "type": "module" }', 'src/main.js': fixture });
  const settings: Configuration = {
    mode: 'production',
    target: 'node20',
    context: project.folder,
    entry: './src/main.js',
    experiments: { outputModule: true },
    externalsType: 'module',
    externals: { manycore: 'manycore' },
    output: { path: project.folder, filename: 'default.mjs', module: true, library: { type: 'module' } },
  };
  await compile(settings);
  const failed = await project.run('node default.mjs');
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toMatch(/TypeError: isMain\(import\.meta\): webpack has put .*importMeta to false and output\.library\.type to 'module'/);

  await compile({
    ...settings,
    module: { parser: { javascript: { importMeta: false } } },
    output: { ...settings.output, filename: 'set.mjs' },
  });
  const { lines, exitCode } = await project.run('node set.mjs');
  expect({ lines, exitCode }).toEqual({ lines: ['program 9 9'], exitCode: 0 });
});

async function compile(settings: Configuration): Promise<void> {
  const compiler = webpack(settings);
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler.run((error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
  await new Promise((resolve) => compiler.close(resolve));
  expect(stats?.toString({ all: false, errors: true })).toBe('');
}

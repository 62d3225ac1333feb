import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMain } from '@manycore/core';
import { expectNoLeaks, Program } from '@manycore/testing';
import { expect, test } from 'vitest';

expectNoLeaks();

const folder = fileURLToPath(new URL('fixtures/is-main/', import.meta.url));

async function linesOf(script: string, execArgv: readonly string[] = []): Promise<readonly string[]> {
  return (await new Program(join(folder, script), { execArgv, cwd: folder }).outcome).lines;
}

function linesOfNode(...args: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

const asMain = ['imported false', 'main true'];

test('true in the program, false in what it imports', async () => {
  expect(await linesOf('main.js')).toEqual(asMain);
  expect(await linesOf('imported.js')).toEqual(['imported true']);
});

test('however the program is named: without extension, relatively, as a folder', () => {
  expect(linesOfNode('./main')).toEqual(asMain);
  expect(linesOfNode('../is-main/main.js')).toEqual(asMain);
  expect(linesOfNode('folder')).toEqual(['imported false', 'main false', 'folder true']);
});

test('by a link', async () => {
  // In this package, and where no gate looks that runs meanwhile.
  const cache = fileURLToPath(new URL('../.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const place = await mkdtemp(join(cache, 'link-'));
  try {
    const link = join(place, 'link.js');
    await symlink(join(folder, 'main.js'), link);
    expect(linesOfNode(link)).toEqual(asMain);
    await symlink(join(folder, 'imported.js'), join(place, 'imported.js'));
    expect(linesOfNode('--preserve-symlinks-main', '--preserve-symlinks', link)).toEqual(asMain);
  } finally {
    await rm(place, { recursive: true });
  }
});

test('--eval and standard input are programs; what they import is not', () => {
  const code = `import { isMain } from '@manycore/core'; import './main.js'; console.log(isMain(import.meta));`;
  const imported = ['imported false', 'main false', 'true'];
  expect(linesOfNode('--input-type=module', '--eval', code)).toEqual(imported);
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    cwd: folder,
    encoding: 'utf8',
    input: code,
  });
  expect(stdout.trimEnd().split('\n')).toEqual(imported);
});

test('TypeScript: by the loader of tsx, and by its command', async () => {
  const typed = ['imported false', 'typed true'];
  expect(await linesOf('typed.ts')).toEqual(typed);
  const cli = createRequire(import.meta.url).resolve('tsx/cli');
  expect(linesOfNode(cli, 'typed.ts')).toEqual(typed);
});

test('CommonJS: by its module', async () => {
  expect(await linesOf('common.cjs')).toEqual(['required false', 'common true', 'worker false']);
  expect(linesOfNode('--require', './required.cjs', 'imported.js')).toEqual(['required false', 'imported true']);
  const code = `const { isMain } = require('@manycore/core'); require('./required.cjs'); console.log(isMain(module))`;
  expect(linesOfNode('--eval', code)).toEqual(['required false', 'true']);
});

test('false in a test file, and a TypeError without import.meta', () => {
  expect(isMain(import.meta)).toBe(false);
  for (const wrong of [undefined, null, {}, 'file:///x', { filename: 1 }]) {
    expect(() => isMain(wrong as never)).toThrow(/^isMain takes import\.meta, or in CommonJS module\. /);
  }
});

test('under the permission model a plain function is to be registered', () => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const hasFlag = process.allowedNodeEnvironmentFlags.has('--allow-inspector');
  const { stdout } = spawnSync(
    process.execPath,
    [flag, '--allow-fs-read=*', '--no-warnings', '../permission.mjs'],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(stdout.split('\n')).toEqual([
    "MANYCORE_TARGET_NOT_FOUND cannot run `plain` in a worker: Node's permission model closes the inspector, " +
      'which tells the module of a plain function: ' +
      (hasFlag ? 'start Node with --allow-inspector' : 'use a Node that has --allow-inspector (24.12 or later)') +
      ', or register it with task(import.meta.url, fn), or give { module, name }',
    'registered',
    'plain',
    '',
  ]);
  // The flag that the text names helps.
  if (hasFlag) {
    expect(linesOfNode(flag, '--allow-inspector', '--allow-fs-read=*', '--no-warnings', '../permission.mjs')).toEqual(
      ['plain', 'registered', 'plain'],
    );
  }
});

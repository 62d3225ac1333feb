import { runProgram } from '@manycore/testing';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));
const fixture = fileURLToPath(new URL('./fixtures/both-scopes.mjs', import.meta.url));

/** On Node 20 and 22 the option has another name, and says that it is experimental. */
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

const works = (scope: string): string => `${scope}: ok, timed-out, alive`;
const refused = (reason: string): string =>
  `processes: ProcessesUnavailableError MANYCORE_PROCESSES_UNAVAILABLE scope 'processes' ${reason}; scope 'threads' works without that`;

describe(`where scope 'processes' cannot be had, it says why, and scope 'threads' works:`, () => {
  let folder = '';

  beforeAll(() => {
    // The packages as npm installs them, but for the optional dependency.
    folder = mkdtempSync(join(tmpdir(), 'manycore-'));
    for (const name of ['core', 'memory']) {
      const target = join(folder, 'node_modules/@manycore', name);
      mkdirSync(target, { recursive: true });
      for (const part of ['package.json', 'dist']) {
        cpSync(join(packages, name, part), join(target, part), { recursive: true });
      }
    }
    cpSync(fixture, join(folder, 'both-scopes.mjs'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('without koffi', async () => {
    const { lines } = await runProgram(join(folder, 'both-scopes.mjs'), {
      // By which package managers let their tools find everything.
      env: { NODE_PATH: undefined },
    });
    expect(lines).toEqual([
      works('threads'),
      refused('needs the package koffi, which is not installed: npm install koffi'),
    ]);
  });

  test('under a permission model without addons', async () => {
    const { lines } = await runProgram(fixture, {
      execArgv: [permission, '--allow-fs-read=*'],
      allowWarnings: true,
    });
    expect(lines).toEqual([
      works('threads'),
      refused(
        `needs a native addon, which Node's permission model refuses: start node with --allow-addons`,
      ),
    ]);
  });

  test('under a permission model that hides koffi', async () => {
    const { lines } = await runProgram(join(folder, 'both-scopes.mjs'), {
      env: { NODE_PATH: undefined },
      execArgv: [permission, '--allow-addons', `--allow-fs-read=${folder}/*`],
      allowWarnings: true,
    });
    expect(lines[0]).toBe(works('threads'));
    expect(lines[1]).toMatch(/needs the package koffi/);
  });
});

test('under a permission model that allows addons, both scopes work', async () => {
  const { lines } = await runProgram(fixture, {
    execArgv: [permission, '--allow-fs-read=*', '--allow-addons', '--allow-worker'],
    allowWarnings: true,
  });
  expect(lines).toEqual([works('threads'), works('processes')]);
});

test('the native library is not loaded before it is needed', async () => {
  const { lines } = await runProgram(fixture, { args: ['threads'] });
  expect(lines).toEqual([works('threads'), 'koffi is not loaded']);
});

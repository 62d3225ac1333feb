import { allocate } from '@manycore/memory';
import { portable, runProgram, until } from '@manycore/testing';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Party } from './support/crew.js';

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

test.skipIf(portable)('under a permission model that allows addons, both scopes work', async () => {
  const { lines } = await runProgram(fixture, {
    execArgv: [permission, '--allow-fs-read=*', '--allow-addons', '--allow-worker'],
    allowWarnings: true,
  });
  expect(lines).toEqual([works('threads'), works('processes')]);
});

test.skipIf(portable)('names need the permission to start a process', async () => {
  const run = async (...more: string[]): Promise<unknown> => {
    const execArgv = [permission, '--allow-fs-read=*', '--allow-addons', ...more];
    const { lines } = await runProgram(fixture, { args: ['names'], execArgv, allowWarnings: true });
    return lines;
  };
  expect(await run('--allow-child-process')).toEqual(['1 byte', '1 byte']);
  expect(await run()).toEqual([
    '1 byte',
    `MANYCORE_SHARED_MEMORY named shared memory needs a process that outlives this one, which Node's permission model refuses: start node with --allow-child-process; without a name it works`,
  ]);
});

test('a permission model does not hide sleepers from each other', async () => {
  const block = allocate(64, 'processes');
  await using one = new Party('process', ['--no-warnings', permission, '--allow-fs-read=*', '--allow-addons']);
  await using two = new Party('process', ['--no-warnings', permission, '--allow-fs-read=*', '--allow-addons']);
  await one.tell('startWaits', block, 0, 0, 5);
  expect(await two.tell('notify', block, 0, 2)).toBe(2);
  await until(async () => (await one.tell('ended')) === 2);
  expect(await two.tell('notify', block, 0, 9)).toBe(3);
});

test.skipIf(portable)('the native library is not loaded before it is needed', async () => {
  const { lines } = await runProgram(fixture, { args: ['threads'] });
  expect(lines).toEqual([works('threads'), 'koffi is not loaded']);
});

// A release, by its own commands: `changeset version` and `changeset publish` in a throw-away clone, to a
// registry on loopback, from which npm installs each package alone into an empty folder. There its README's
// programs type-check and run. Then a second version. `DEEP=1` also installs and builds in the clone.
import { runProgram } from '@manycore/testing';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/command.js';
import { publishedPackages, readManifest } from '../../scripts/published-packages.js';
import { commonJsOptions, Compilation } from '../documentation/compilation.js';
import { expectOutput } from '../documentation/expect-output.js';
import { programsOf } from '../documentation/documented-program.js';
import { compilers } from './compilers.js';
import { firstProgram, installedReadme, stepsOf, unnamedImports } from './readme-programs.js';
import { Registry } from './registry.js';
import { ThrowAwayClone } from './throw-away-clone.js';

const work = mkdtempSync(join(tmpdir(), 'manycore-release-'));
const fresh = process.env['DEEP'] === '1';
/** For the commands of others: they are as quick as the machine. */
const patience = fresh ? 1_800_000 : 300_000;

const names = publishedPackages().map(({ manifest }) => manifest.name);
// The cluster is published like the others. Its program needs a Redis: packages/cluster/test/readme.test.ts runs it.
const alone = names.filter((name) => name !== '@manycore/cluster');
const folderOf = (name: string): string => join(work, 'users', name);
const esModule = (name: string): string => join(folderOf(name), 'program.mts');
const commonJsModule = (name: string): string => join(folderOf(name), 'commonjs.cts');
const plainModule = (name: string): string => join(folderOf(name), 'plain.ts');

let registry: Registry;
let clone: ThrowAwayClone;

beforeAll(async () => {
  registry = await Registry.start(join(work, 'registry'));
  clone = new ThrowAwayClone(join(work, 'clone'), { fresh });
  await offerDependencies();
}, patience);

afterAll(async () => {
  await registry.close();
  rmSync(work, { recursive: true });
});

describe('the first version', () => {
  beforeAll(async () => {
    await release();
    const queue = alone.values();
    // Both take from the same iterator.
    await Promise.all([installAlone(queue), installAlone(queue)]);
  }, patience);

  test('has every package, in one version, with a tag and a changelog of its own', async () => {
    const versions = names.map(versionInClone);
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).not.toBe('0.0.0');
    expect(clone.tags().toSorted()).toEqual(
      names.map((name) => `${name}@${versions[0] ?? ''}`).toSorted(),
    );
    const entries = names.map((name) => changelogOf(name).match(/^- (?!Updated).*$/gm)?.[0]);
    expect(new Set(entries.map((entry) => entry?.replace(/^- \w+: /, ''))).size).toBe(names.length);
    const shown = await registry.run('npm', ['view', '@manycore/pool', '--json'], work);
    expect(JSON.parse(shown)).not.toHaveProperty('devDependencies');
    expect(JSON.parse(shown)).toHaveProperty('repository.directory', 'packages/pool');
  });

  // One for all packages: most of what it reads is the same.
  let compilation: Compilation | undefined;

  describe.each(alone)('%s alone', (name) => {
    test('its README: the first program runs as TypeScript and as JavaScript', async () => {
      const program = firstProgram(installedReadme(folderOf(name), name), name);
      await expectOutput(program, esModule(name));
      compilation ??= new Compilation(alone.map(esModule));
      await expectOutput(program, compilation.emit(esModule(name)));
    });

    test('its README names every other package that its programs need', () => {
      expect(unnamedImports(installedReadme(folderOf(name), name), [name])).toEqual([]);
    });

    test('require gives what import gives', async () => {
      const path = join(folderOf(name), 'both.cjs');
      writeFileSync(
        path,
        `import('${name}').then((all) => console.log(all === require('${name}')));\n`,
      );
      await expect(runProgram(path)).resolves.toMatchObject({ lines: ['true'], stderr: '' });
    });
  });

  test.each(compilers)('$title', async ({ compiler, options, esModules, commonJs }) => {
    if (esModules) {
      const paths = alone.map(esModule);
      const compilation = new Compilation(paths, options, compiler);
      for (const path of paths) expect(compilation.complaintsAbout(path)).toBe('');
      expect(compilation.complaintsBelow(join(work, 'users'))).toBe('');
    }
    if (commonJs) {
      // A .cts file is CommonJS by its name, a .ts file by its package.json.
      const paths = [...alone.map(commonJsModule), ...alone.map(plainModule)];
      const compilation = new Compilation(paths, { ...options, ...commonJsOptions }, compiler);
      expect(compilation.complaintsBelow(join(work, 'users'))).toBe('');
      const program = commonJsProgram();
      await expectOutput(program, compilation.emit(plainModule('manycore')));
    }
  });
});

test('from an empty folder to a running pool, with only the README', async () => {
  const folder = join(work, 'users', 'start');
  mkdirSync(folder);
  const readme = installedReadme(folderOf('manycore'), 'manycore');
  const [section = ''] = /^## From an empty folder[\s\S]*?(?=^## |(?![\s\S]))/m.exec(readme) ?? [];
  const printed: string[] = [];
  for (const step of stepsOf(section)) {
    if ('file' in step) writeFileSync(join(folder, step.file), step.code);
    else {
      for (const line of step.commands) {
        const [command = '', ...args] = line.split(' ');
        const output = await registry.run(command, args, folder);
        if (command !== 'npm') printed.push(`${args.at(-1) ?? ''}: ${output.trim()}`);
      }
    }
  }
  expect(printed).toEqual(['pool.mjs', 'pool.cjs', 'pool.mts'].map((file) => `${file}: [ 1, 8, 27 ]`));
}, patience);

test('the second version replaces the first', async () => {
  const before = versionInClone('manycore');
  clone.addChangeset('@manycore/queue', 'A queue of the second version.');
  await release();
  const after = versionInClone('manycore');
  expect(after).not.toBe(before);
  expect(names.map(versionInClone)).toEqual(names.map(() => after));

  const folder = folderOf('manycore');
  await registry.run('npm', ['update'], folder);
  const installed = alone.map((name) => readManifest(join(folder, 'node_modules', name)).version);
  expect(installed).toEqual(alone.map(() => after));
  const program = firstProgram(installedReadme(folder, 'manycore'), 'manycore');
  await expectOutput(program, esModule('manycore'));
  const changelog = readFileSync(join(folder, 'node_modules/@manycore/queue/CHANGELOG.md'), 'utf8');
  expect(changelog).toContain('A queue of the second version.');
  expect(changelog).toContain(`## ${after}`);
  expect(changelog).toContain(`## ${before}`);
}, patience);

/** As the workflow does, but for the pull request. */
async function release(): Promise<void> {
  await registry.run('npm', ['run', 'version'], clone.folder);
  clone.commit('Raise versions for the next release');
  await registry.run('npm', ['exec', '--', 'changeset', 'publish'], clone.folder);
}

async function installAlone(queue: Iterable<string>): Promise<void> {
  for (const name of queue) {
    const folder = folderOf(name);
    mkdirSync(folder, { recursive: true });
    await registry.run('npm', ['init', '-y'], folder);
    await registry.run('npm', ['install', name], folder);
    writeFileSync(esModule(name), firstProgram(installedReadme(folder, name), name).code);
    const all = `import * as all from '${name}';\nexport const names = Object.keys(all);\n`;
    writeFileSync(commonJsModule(name), all);
    writeFileSync(plainModule(name), name === 'manycore' ? commonJsProgram().code : all);
  }
}

/** The program in the umbrella's README for those whose compiler makes CommonJS. */
function commonJsProgram(): ReturnType<typeof firstProgram> {
  const readme = installedReadme(folderOf('manycore'), 'manycore');
  const program = programsOf(readme, 'README.md').find(({ isCommonJs }) => isCommonJs);
  if (program === undefined) throw new Error('manycore: the README has no CommonJS program');
  return program;
}

/** What our packages need of others, and the README's commands, as this workspace has it. */
async function offerDependencies(): Promise<void> {
  for (const { folder, manifest } of publishedPackages()) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      if (!names.includes(name)) await registry.offer(name, folder);
    }
  }
  await registry.offer('tsx', root);
}

function versionInClone(name: string): string {
  return readManifest(folderInClone(name)).version;
}

function changelogOf(name: string): string {
  return readFileSync(join(folderInClone(name), 'CHANGELOG.md'), 'utf8');
}

function folderInClone(name: string): string {
  return join(clone.folder, 'packages', name.replace('@manycore/', ''));
}

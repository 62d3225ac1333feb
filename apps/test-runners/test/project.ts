import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { longDelay, type Outcome, runProgram } from '@manycore/testing';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));
const published = ['core', 'memory', 'sync', 'queue', 'thread', 'process', 'pool', 'manycore'];
const tools = fileURLToPath(new URL('../node_modules/', import.meta.url));
const rootTools = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/** The folder of a tool that is installed here. */
export function toolFolder(name: string): string {
  return join(tools, name);
}

/** What a project has beside manycore. */
const links = [
  join(packages, 'memory', 'node_modules', 'koffi'),
  join(tools, 'esbuild'),
  join(tools, 'mocha'),
  join(rootTools, 'tsx'),
  join(rootTools, 'vitest'),
];

/** The programs of the tools, by the name under which `npx` starts them. */
const programs: Readonly<Record<string, string>> = {
  jest: join(tools, 'jest/bin/jest.js'),
  mocha: join(tools, 'mocha/bin/mocha.js'),
  vitest: join(rootTools, 'vitest/vitest.mjs'),
};

/**
 * A user's project in a folder of its own. It has manycore in its node_modules as an installation has it, not
 * as links into this workspace: runners treat what is in node_modules in another way.
 */
export class Project {
  readonly folder: string;

  constructor(files: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'manycore-runner-'));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    for (const name of published) {
      const place = this.#installed(name === 'manycore' ? name : `@manycore/${name}`);
      mkdirSync(place, { recursive: true });
      for (const part of ['package.json', 'dist']) {
        cpSync(join(packages, name, part), join(place, part), { recursive: true });
      }
    }
    for (const link of links) {
      if (existsSync(link)) symlinkSync(link, this.#installed(basename(link)), 'junction');
    }
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Runs a line of a shell: variables, `npx` or `node`, and arguments. */
  async run(line: string): Promise<Outcome> {
    const words = line.split(' ');
    // The tools' caches go with the project.
    const temporary = join(this.folder, 'tmp');
    mkdirSync(temporary, { recursive: true });
    const env: Record<string, string | undefined> = { ...outerVariables, TMPDIR: temporary };
    while (words[0]?.includes('=') === true) {
      const [name = '', value = ''] = (words.shift() ?? '').split('=');
      env[name] = value;
    }
    const [command, ...args] = words;
    if (command === 'node') return this.#node(undefined, args, env);
    const program = programs[args.shift() ?? ''];
    if (command !== 'npx' || program === undefined) throw new Error(`cannot run: ${line}`);
    return this.#node(program, args, env);
  }

  async #node(
    script: string | undefined,
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<Outcome> {
    const started = script === undefined ? args : [script, ...args];
    // `node --test` names no script, which the runner of programs needs.
    this.write('start.mjs', startText);
    return runProgram(join(this.folder, 'start.mjs'), {
      args: started,
      env,
      cwd: this.folder,
      allowWarnings: true,
      // A runner and all that its tests start.
      timeout: 3 * longDelay,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #installed(name: string): string {
    const place = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    return place;
  }
}

const startText = `
import { spawnSync } from 'node:child_process';
process.exitCode = spawnSync(process.execPath, process.argv.slice(2), { stdio: 'inherit' }).status ?? 1;
`;

/** What this runner tells its own processes, and must not tell those of another. */
const outerVariables = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('VITEST') || ['NODE_ENV', 'TEST', 'DEV', 'PROD', 'MODE'].includes(name))
    .map((name) => [name, undefined]),
);

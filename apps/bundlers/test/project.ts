import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { codeBlocks } from '../../../test/documentation/code-block.js';

const app = fileURLToPath(new URL('..', import.meta.url));
const fixtures = join(app, 'test', 'fixtures');
const document = fileURLToPath(new URL('../../../docs/bundlers.md', import.meta.url));

/** A folder in which a program is bundled by real tools, and another, elsewhere, in which the bundle runs. */
export class Project implements Disposable {
  readonly #folder: string;
  /** Nothing is installed there but koffi, which no bundle holds. */
  readonly #installed = mkdtempSync(join(tmpdir(), 'manycore-bundled-'));

  /** `fixture`: the folder of its sources. */
  constructor(fixture: string) {
    // Below this package, so that the tools and manycore are found; outside of `test`, as in a user's project.
    mkdirSync(join(app, '.cache'), { recursive: true });
    this.#folder = mkdtempSync(join(app, '.cache', 'project-'));
    cpSync(join(fixtures, fixture), join(this.#folder, 'src'), { recursive: true });
    symlinkSync(join(app, 'node_modules'), join(this.#folder, 'node_modules'), 'junction');
    this.write('package.json', '{ "type": "module" }');
    const koffi = koffiFolder();
    mkdirSync(join(this.#installed, 'node_modules'));
    if (koffi !== undefined) {
      symlinkSync(koffi, join(this.#installed, 'node_modules', 'koffi'), 'junction');
    }
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text);
  }

  /** The file of a recipe of docs/bundlers.md. */
  recipe(file: string): string {
    return documentedFile(file);
  }

  /** Installs manycore where the bundle runs. */
  installManycore(): void {
    const manycore = realpathSync(join(app, 'node_modules', 'manycore'));
    symlinkSync(manycore, join(this.#installed, 'node_modules', 'manycore'), 'junction');
  }

  /** Runs `node`, a tool that is installed here, or the program of that path. */
  async run(command: string, ...args: string[]): Promise<void> {
    const bin = resolve(app, 'node_modules', '.bin', command);
    const program = command === 'node' ? process.execPath : bin;
    await promisify(execFile)(program, args, { cwd: this.#folder, shell: process.platform === 'win32' });
  }

  /**
   * Follows a recipe of docs/bundlers.md: writes its file, and runs its commands up to the one that starts
   * the program. Returns what that one starts, moved to where nothing else is.
   */
  async follow(file: string): Promise<string> {
    const { code, commands } = recipe(file);
    this.write(file, code);
    for (const command of commands) {
      const [first = '', ...args] = command.split(' ');
      if (first === 'npx') await this.run(args[0] ?? '', ...args.slice(1));
      else if (args[0]?.startsWith('dist/') === true) return this.install(args[0].slice('dist/'.length));
      else await this.run(first, ...args);
    }
    throw new Error(`the recipe of ${file} starts no program`);
  }

  /** Moves what was made in `dist`, and returns where that file is now. */
  install(name: string): string {
    const dist = join(this.#folder, 'dist');
    cpSync(dist, this.#installed, { recursive: true });
    writeFileSync(join(this.#installed, 'package.json'), '{ "type": "module" }');
    // What a bundle might still read by a path of this machine.
    rmSync(join(this.#folder), { recursive: true });
    return join(this.#installed, name);
  }

  /** The files that it consists of. */
  files(): string[] {
    return readdirSync(this.#installed).filter((name) => /\.[cm]?js$/.test(name));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#installed, { recursive: true, force: true });
  }
}

/** The block of docs/bundlers.md for that file. */
export function documentedFile(file: string): string {
  const block = codeBlocks(readFileSync(document, 'utf8')).find(({ flags }) => flags[0] === file);
  if (!block) throw new Error(`docs/bundlers.md has no file ${file}`);
  return block.code;
}

/** The block of docs/bundlers.md for that file, and the commands of the `sh` block after it. */
function recipe(file: string): { code: string; commands: string[] } {
  const blocks = codeBlocks(readFileSync(document, 'utf8'));
  const index = blocks.findIndex(({ flags }) => flags[0] === file);
  const [config, shell] = blocks.slice(index, index + 2);
  if (index < 0 || !config || shell?.language !== 'sh') throw new Error(`docs/bundlers.md has no recipe ${file}`);
  return { code: config.code, commands: shell.code.trim().split('\n') };
}

function koffiFolder(): string | undefined {
  try {
    const memory = createRequire(import.meta.url).resolve('manycore');
    const require = createRequire(createRequire(memory).resolve('@manycore/memory'));
    return dirname(require.resolve('koffi/package.json'));
  } catch {
    return undefined;
  }
}

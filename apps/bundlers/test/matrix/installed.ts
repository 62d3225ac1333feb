import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../../scripts/command.js';

const run = promisify(execFile);

/** Installs packages by npm into a folder. */
export async function npmInstall(folder: string, ...packages: readonly string[]): Promise<void> {
  const options = ['--no-package-lock', '--no-audit', '--no-fund'];
  await run('npm', ['install', `--prefix=${folder}`, ...options, ...packages], {
    cwd: folder,
    shell: process.platform === 'win32',
    maxBuffer: 1 << 26,
  });
}

const bunVersion = '1.4.5';

/** The path of Bun, fetched once into `.cache`. */
export async function installedBun(): Promise<string> {
  const folder = join(root, '.cache', `bun-${bunVersion}`);
  const bun = join(folder, 'node_modules', 'bun', 'bin', 'bun.exe');
  if (!existsSync(bun)) {
    await run('npm', ['install', `--prefix=${folder}`, '--no-save', '--no-package-lock', `bun@${bunVersion}`], {
      cwd: root,
      shell: process.platform === 'win32',
    });
  }
  return bun;
}

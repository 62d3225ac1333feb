// @ts-check
// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The version that the lockfile was written with. */
const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;

/**
 * Installs exactly what the lockfile says. `npx` fetches pnpm the first time and takes the
 * installed one from then on.
 *
 * @returns {boolean} whether it succeeded
 */
export function setup() {
  return quietly('setup', 'npx', ['--yes', pnpm, 'install', '--frozen-lockfile']);
}

/**
 * Builds all packages, or one and those below it. What is built already is taken from the cache.
 *
 * @param {string} [filter] a package's name
 * @returns {boolean} whether it succeeded
 */
export function build(filter) {
  const only = filter === undefined ? [] : [`--filter=${filter}...`];
  return quietly('build', 'turbo', [
    'run',
    'build',
    '--output-logs=errors-only',
    '--concurrency=2',
    ...only,
  ]);
}

/**
 * Runs a command whose output matters only when it fails.
 *
 * @param {string} name
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {boolean} whether it succeeded
 */
function quietly(name, command, args) {
  const begin = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...options(),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  if (status === 0) {
    console.error(`✓ ${name} (${seconds} s)`);
    return true;
  }
  console.error(`${stdout}${stderr}${error === undefined ? '' : error.message}`);
  console.error(`✗ ${name} failed after ${seconds} s: ${command} ${args.join(' ')}`);
  return false;
}

/**
 * Runs a command on this terminal.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] added to the environment
 * @returns {number} its exit code; 1 when a signal ended it
 */
export function run(command, args, env) {
  const { status, error } = spawnSync(command, args, { ...options(env), stdio: 'inherit' });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/**
 * Runs a command on this terminal, beside others.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] added to the environment
 * @returns {Promise<number>} its exit code; 1 when a signal ended it, or it could not be started
 */
export function show(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options(env), stdio: 'inherit' });
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a command beside others, whose output is kept.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
export function collect(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => void (output += text));
    }
    child.once('error', (error) => resolve({ exitCode: 1, output: `${command}: ${error.message}` }));
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}

/** @param {Record<string, string>} [env] */
function options(env) {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  return {
    cwd: root,
    env: { ...process.env, ...env, PATH: path },
    // The tools are .cmd files there.
    shell: process.platform === 'win32',
  };
}

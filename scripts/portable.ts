// The suites without what only Linux has. On Linux it is really taken away, for vitest and all that it starts: they
// run in namespaces of their own in which /proc is empty, `setpriv` does not run and koffi is not there. Elsewhere
// nothing of that is to be had, and they run as they are.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './command.js';

const packages = ['core', 'memory', 'sync', 'queue', 'thread', 'process', 'pool'];

/** Runs vitest with these arguments, on all tests of the packages for users unless they name files; its exit code. */
export function testPortable(args: readonly string[], environment: NodeJS.ProcessEnv): number {
  const all = args.some((arg) => !arg.startsWith('-')) ? [] : packages.map((name) => `packages/${name}/test/`);
  const vitest = [process.execPath, join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args, ...all];
  const [command = '', ...rest] = process.platform === 'linux' ? withoutLinux(vitest) : vitest;
  const env = { ...environment, PORTABLE: '1' };
  const { status, error } = spawnSync(command, rest, { cwd: root, stdio: 'inherit', env });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** A command line that runs another one there. What it leaves behind ends with it. */
function withoutLinux(command: readonly string[]): string[] {
  const koffi = join(root, 'packages', 'memory', 'node_modules', 'koffi');
  const launchers = ['/usr/bin/setpriv', '/bin/setpriv'].filter((path) => existsSync(path));
  const hide = [
    'mount -t tmpfs none /proc',
    ...launchers.map((path) => `mount --bind /dev/null '${path}'`),
    ...(existsSync(koffi) ? [`mount -t tmpfs none '${realpathSync(koffi)}'`] : []),
  ];
  if (process.getuid?.() !== 0) {
    console.error('this takes away /proc in a namespace of its own, which only root may: sudo npm run test-on -- portable');
    process.exit(2);
  }
  // Not `exec`: the shell is the first process of its namespace, and reaps what others leave.
  const script = `${hide.join(' && ')} && "$@"`;
  return ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...command];
}

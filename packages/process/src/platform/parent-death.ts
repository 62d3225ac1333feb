// How a child ends when its parent was killed, even when its main thread is stuck in a loop. (The IPC
// channel closes as well, but only an idle main thread sees that.)
import { runtime } from '@manycore/core/internal';
import { readFileSync } from 'node:fs';
import { isMainThread, Worker } from 'node:worker_threads';

/** A program that starts another one: `command[0]`, its arguments, then the other's command line. */
export type Launcher = readonly [program: string, ...args: string[]];

let launcher: Launcher | undefined;
let probed = false;

/**
 * On Linux, the command that starts a child whose parent the kernel watches: `setpriv` of util-linux, if it is there.
 * It costs a millisecond; the thread of `watchParent` costs ten.
 *
 * The kernel watches the parent's thread that started the child, so it is for the main thread alone.
 */
export function parentDeathLauncher(): Launcher | undefined {
  // The `fork` of others puts arguments of its own first, and Deno starts no other program.
  if (!probed && isMainThread && runtime === 'node') {
    probed = true;
    const program = ['/usr/bin/setpriv', '/bin/setpriv'].find(
      (each) => process.platform === 'linux' && knows(each, 'pdeathsig'),
    );
    if (program !== undefined) launcher = [program, '--pdeathsig', 'KILL', '--'];
  }
  return launcher;
}

/**
 * Whether a program is there that has this option: BusyBox's `setpriv` has not. To run it would tell as well, and delay
 * the first process by a tenth.
 */
function knows(program: string, option: string): boolean {
  try {
    return readFileSync(program).includes(option);
  } catch {
    // It is not there, or Node's permission model hides it.
    return false;
  }
}

/** How often `watchParent` checks, in milliseconds. */
const interval = 250;

/** In a child: ends this process soon after `parent` died. The system gives an orphan another parent. */
export function watchParent(parent: number): void {
  const watch = `
    setInterval(() => {
      if (process.ppid !== ${parent}) process.kill(process.pid, 'SIGKILL');
    }, ${interval});`;
  try {
    const watcher = new Worker(watch, {
      eval: true,
      execArgv: [],
      env: {},
      name: 'parent watch',
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
    });
    watcher.unref();
  } catch {
    // Node's permission model forbids threads here: only the closing of the channel is noticed.
  }
}

import { ManycoreError } from '@manycore/core';

import type { Libc } from './libc.js';
import { O_CLOEXEC } from './linux-segments.js';
import { systemError } from './system-error.js';

/**
 * Waits for the end of its standard input, which comes when the process that made the name is gone, and
 * removes the name if it still leads to the same file. A line of input beforehand calls that off.
 */
const script = `
trap '' HUP INT TERM
read -r line && exit 0
set -f
set -- "$1" "$2" $(ls -id -- "$1" 2>/dev/null)
[ "$3" = "$2" ] && rm -f -- "$1"
`;

/**
 * Has the name removed when this process is gone, even if it is killed. For that a process must outlive
 * it: a shell, in a session of its own so that a Ctrl-C does not reach it. Returns what calls it off.
 */
export function startTracker(libc: Libc, path: string, descriptor: number): () => void {
  const { fstatSync } = process.getBuiltinModule('node:fs');
  const { spawn } = process.getBuiltinModule('node:child_process');
  const ends = new Int32Array(2);
  if (libc.pipe2(ends, O_CLOEXEC) !== 0) throw systemError(libc, 'cannot open a pipe');
  // Not by `fs`: the end of the thread that made the name must not close it, only that of the process.
  const [reading, writing] = ends as unknown as [number, number];
  const inode = String(fstatSync(descriptor, { bigint: true }).ino);
  try {
    const tracker = spawn('/bin/sh', ['-c', script, 'manycore-name-tracker', path, inode], {
      stdio: [reading, 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
    });
    // It comes later, in place of a pid.
    tracker.on('error', () => undefined);
    tracker.unref();
    if (tracker.pid === undefined) throw new Error('there is no /bin/sh');
  } catch (cause) {
    libc.close(writing);
    throw new ManycoreError(
      'MANYCORE_SHARED_MEMORY',
      `named shared memory needs ${
        (cause as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED'
          ? `a process that outlives this one, which Node's permission model refuses: start node with --allow-child-process`
          : '/bin/sh, which could not be started'
      }; without a name it works`,
      { cause },
    );
  } finally {
    libc.close(reading);
  }
  return () => {
    libc.write(writing, new Uint8Array([0x0a]), 1);
    libc.close(writing);
  };
}

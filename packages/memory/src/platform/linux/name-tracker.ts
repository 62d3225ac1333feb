import { ManycoreError } from '@manycore/core';

import { type Libc, systemError } from './libc.js';
import { O_CLOEXEC } from './linux-segments.js';

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const EPIPE = 32;

/**
 * Waits for the end of its input, which comes when the process that made the names is gone or needs no
 * tracker any more, and runs the file of records (name-records.ts): each removes a name that still leads
 * to the inode that it had. `find` looks and removes in one process; without it there are a few more
 * milliseconds in which another program could take the name.
 */
const script = `
trap '' HUP INT TERM
r() {
  [ "$2" ] || return
  case $2 in *\\\\*) p=$(printf '%b_' "$2"); p=\${p%_} ;; *) p=$2 ;; esac
  p=/dev/shm/$p
  if [ "$f" ]; then
    find "$p" -maxdepth 0 -inum "$1" -delete 2>/dev/null
  else
    set -- "$1" $(ls -id -- "$p" 2>/dev/null)
    [ "$2" = "$1" ] && rm -f -- "$p"
  fi
}
set -f
f=$(command -v find)
while read -r _ <&4; do :; done
. /proc/self/fd/3
`;

/**
 * A tracker is a process that outlives this one, however it ends: a shell, in a session of its own so
 * that a Ctrl-C does not reach it. Returns the descriptor of the pipe that keeps it waiting.
 */
export function startTracker(libc: Libc, records: number): number {
  const ends = new Int32Array(2);
  if (libc.pipe2(ends, O_CLOEXEC) !== 0) throw systemError(libc, 'cannot open a pipe');
  // Not by `fs`: the end of the thread that started it must not close it, only that of the process.
  const [reading, writing] = ends as unknown as [number, number];
  libc.fcntl(writing, F_SETFL, O_NONBLOCK);
  try {
    spawnShell(records, reading);
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
  return writing;
}

/** Whether the tracker still reads its input; something may have killed it. */
export function trackerLives(libc: Libc, writing: number): boolean {
  return libc.write(writing, new Uint8Array([0x0a]), 1) === 1 || libc.errno() !== EPIPE;
}

function spawnShell(records: number, reading: number): void {
  const { spawn, spawnSync } = process.getBuiltinModule('node:child_process');
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  const options = {
    stdio: ['ignore' as const, 'ignore' as const, 'ignore' as const, records, reading],
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  };
  const args = (text: string): string[] => [
    '-c',
    text,
    'manycore-name-tracker',
    String(process.pid),
  ];
  if (!isMainThread) {
    // A thread that ends does not collect its children: this one's is init's.
    const { error } = spawnSync('/bin/sh', args(`(${script}) &`), options);
    if (error) throw error;
    return;
  }
  const tracker = spawn('/bin/sh', args(script), options);
  // It comes later, in place of a pid.
  tracker.on('error', () => undefined);
  tracker.unref();
  if (tracker.pid === undefined) throw new Error('the shell has no pid');
}

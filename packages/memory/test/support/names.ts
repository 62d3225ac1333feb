import { readdirSync, readFileSync } from 'node:fs';

let last = 0;

/** A name that no other test, and no other run of the tests, has. */
export const freshName = (): string => `manycore-test-${process.pid}-${(last += 1)}`;

export const fileOf = (name: string): string => `/dev/shm/${name}`;

/** The names there are that begin so; by default, those of this test file. */
export function namesLike(prefix = `manycore-test-${process.pid}-`): string[] {
  return readdirSync('/dev/shm').filter((name) => name.startsWith(prefix));
}

/** The ids of the trackers of the names that a process has made. */
export function trackersOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && commandOf(entry).endsWith(`name-tracker\0${pid}\0`))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

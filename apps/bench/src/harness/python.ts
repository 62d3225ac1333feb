import { spawnSync } from 'node:child_process';
import { Absent } from './comparison.js';

/** Refuses a contender that needs CPython where there is none. */
export function requirePython(): void {
  if (spawnSync('python3', ['--version']).status !== 0) throw new Absent('python3 is not there');
}

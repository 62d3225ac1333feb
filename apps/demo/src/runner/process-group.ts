import { readdirSync, readFileSync } from 'node:fs';

/** Whether a process of the group still lives. Those that only wait to be reaped do not count. */
export function groupLives(group: number): boolean {
  if (process.platform !== 'linux') return signalGroup(group, 0);
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && livesInGroup(name, group));
}

/** Ends every process of the group at once. */
export function killGroup(group: number): void {
  signalGroup(group, 'SIGKILL');
}

/** Returns false when there is no process to signal. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    // A negative id means the group of that leader; Windows has no groups, only the leader.
    return process.kill(process.platform === 'win32' ? group : -group, signal);
  } catch {
    return false;
  }
}

function livesInGroup(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold spaces and parentheses of its own.
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(processGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false; // It ended in between.
  }
}

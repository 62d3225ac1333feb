import { readdirSync, readFileSync } from 'node:fs';

/** A line of the operating system's process table. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  /** One letter, as in `ps`: R running, S sleeping, D waiting for a disk, Z ended but not reaped. */
  readonly state: string;
  readonly command: string;
}

/** All processes that this one may see, from Linux's `/proc`; empty on other systems. */
export function listProcesses(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readFolder('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const entry = readProcess(Number(name));
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** One process; `undefined` when it has ended. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name stands in brackets and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const words = readText(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  return {
    pid,
    state: fields[0] ?? '?',
    ppid: Number(fields[1]),
    command: words.length > 0 ? words.join(' ') : `[${name}]`,
  };
}

/** The environment that a process was started with; empty when it has ended or is another user's. */
export function readEnvironment(pid: number): Map<string, string> {
  const environment = new Map<string, string>();
  for (const line of readText(`/proc/${pid}/environ`)?.split('\0') ?? []) {
    const equals = line.indexOf('=');
    if (equals > 0) environment.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return environment;
}

/** A thread and the kernel function it sleeps in, which tells a waiting thread from a busy one. */
export interface ThreadEntry {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly waitsIn: string;
}

/** The threads of a process, from Linux's `/proc`; empty when it has ended, and on other systems. */
export function listThreads(pid: number | 'self' = 'self'): ThreadEntry[] {
  const threads: ThreadEntry[] = [];
  for (const name of readFolder(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${name}`;
    const stat = readText(`${folder}/stat`);
    if (stat === undefined) continue;
    threads.push({
      id: Number(name),
      name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      state: stat.charAt(stat.lastIndexOf(')') + 2),
      waitsIn: readText(`${folder}/wchan`) ?? '?',
    });
  }
  return threads;
}

/** A process may end between the listing and the reading: that is not an error. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

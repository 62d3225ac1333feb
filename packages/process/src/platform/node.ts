import type { ChildProcess, ForkOptions, StdioOptions } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

export type { ChildProcess, Readable, StdioOptions, Writable };

/**
 * `child_process` is not imported: Turbopack would look for the file that `fork` is called with, which in a bundle is
 * none. It is loaded by the first process: loading it is a tenth of the import of a pool, which may be one of threads.
 */
export function fork(path: string, args: readonly string[], options: ForkOptions): ChildProcess {
  return process.getBuiltinModule('node:child_process').fork(path, args, options);
}

/** What `shareWithThreads` gave to this thread or to one above it. */
export const inherited: (key: string) => unknown = getEnvironmentData;

/** Gives a value to every thread that this thread starts from now on, and to theirs. */
export function shareWithThreads(key: string, value: object): void {
  setEnvironmentData(key, { ...value });
}

export const pid: number = process.pid;

/** The `node` that runs this process. */
export const nodeProgram: string = process.execPath;

/** The id of the current parent process; another one once the original parent has died. */
export function parentPid(): number {
  return process.ppid;
}

/** The options of this `node`, from the command line and from the environment. */
export function nodeOptions(): { readonly execArgv: readonly string[]; readonly environment: string } {
  return { execArgv: process.execArgv, environment: process.env['NODE_OPTIONS'] ?? '' };
}

/** Calls `listener` while this process exits; returns a function that removes it. */
export function onExit(listener: () => void): () => void {
  process.on('exit', listener);
  return () => process.off('exit', listener);
}

export function exitProcess(code: number): never {
  process.exit(code);
}

/**
 * Exits as soon as nothing is left to do. `process.exit` leaves the heap and the watching thread to the
 * system, where Node by itself first destroys them: a sixth of a short process's run time.
 */
export function exitWhenIdle(): void {
  process.once('beforeExit', () => {
    // Another listener may start new work.
    if (process.listenerCount('beforeExit') === 0) process.exit();
  });
}

/** The path of a `file:` URL. */
export function filePath(url: string): string {
  return fileURLToPath(url);
}

export function isFolder(path: string | URL): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The code with which this process will exit, unless it is changed. */
export function setExitCode(code: number): void {
  process.exitCode = code;
}

/** From now on SIGINT does not end this process. It does not keep it alive either. */
export function ignoreInterrupts(): void {
  process.on('SIGINT', () => undefined);
}

/** The number of a signal: 9 for SIGKILL. */
export function signalNumber(signal: string): number {
  return (constants.signals as Readonly<Record<string, number>>)[signal] ?? 0;
}

/** Gives this process a nice value: all its threads, and those that they start. */
export function setProcessNice(nice: number): void {
  // Not imported: nearly no process needs it.
  const { setPriority } = process.getBuiltinModule('node:os');
  setPriority(nice);
  for (const thread of nativeThreads()) {
    try {
      setPriority(thread, nice);
    } catch (error) {
      const { info } = error as { readonly info?: { readonly code: string } };
      // It has ended meanwhile.
      if (info?.code !== 'ESRCH') throw error;
    }
  }
}

/** Linux gives each thread a priority of its own; elsewhere it is the process's. Those of Node exist already. */
function nativeThreads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [];
  }
}

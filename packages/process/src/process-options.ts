import type { AnyFunction, BaseWorkerOptions } from '@manycore/core';
import { checkEnvironment, checkNice, checkWords } from '@manycore/core/internal';
import { isFolder, type StdioOptions } from './platform/node.js';

/** How the operating system's process is made. */
export interface SystemOptions {
  /** The child's environment; a variable that is `undefined` is left out. Default: a copy of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The child's working directory. Default: this process's. */
  readonly cwd?: string | URL | undefined;
  /** Options for the child's `node`. Default: this process's, with debugger ports that do not collide. */
  readonly execArgv?: readonly string[] | undefined;
  /** What follows the program in the child's `process.argv`. Default: nothing. */
  readonly argv?: readonly string[] | undefined;
  /**
   * The child's priority: from 19, runs when nothing else wants to, to -20. Default: that of the thread which
   * starts it. What the child starts has it too. On Windows the nearest of its priority classes.
   */
  readonly nice?: number | undefined;
  /**
   * As of `child_process.spawn`; `'pipe'` fills `stdin`, `stdout` and `stderr`. Default `'inherit'`, also
   * for standard streams that a shorter array leaves out.
   */
  readonly stdio?: StdioOptions | undefined;
  /**
   * With `true`, SIGINT does not end the process: Ctrl-C in the terminal of this program reaches the
   * program alone, which can let the process finish. For that the process is in a session of its own: it
   * has no terminal to read from, and Ctrl-Z does not stop it. It still ends with its parent. Default false.
   */
  readonly ignoreInterrupt?: boolean | undefined;
}

/** What a `Process` is made from. */
export type ProcessOptions<F extends AnyFunction> = BaseWorkerOptions<F> & SystemOptions;

/** @throws TypeError, RangeError, ManycoreError naming the option that cannot be used, and what it may be. */
export function checkSystemOptions(options: SystemOptions): void {
  const { cwd, stdio, ignoreInterrupt }: Readonly<Partial<Record<keyof SystemOptions, unknown>>> = {
    cwd: options.cwd,
    stdio: options.stdio,
    ignoreInterrupt: options.ignoreInterrupt,
  };
  if (ignoreInterrupt !== undefined && typeof ignoreInterrupt !== 'boolean') {
    throw new TypeError(`ignoreInterrupt must be true or false, not ${typeof ignoreInterrupt}`);
  }
  checkEnvironment(options.env);
  checkWords('execArgv', options.execArgv, '--expose-gc');
  checkWords('argv', options.argv, '--verbose');
  checkNice(options.nice);
  if (cwd !== undefined && typeof cwd !== 'string' && !(cwd instanceof URL)) {
    throw new TypeError('cwd must be the path of a folder, or its file: URL');
  }
  if (cwd instanceof URL && cwd.protocol !== 'file:') {
    throw new TypeError(`cwd must be a path or a file: URL, not ${cwd.href}`);
  }
  if (stdio !== undefined && !isStdio(stdio) && !isListOf(stdio, isStream)) {
    throw new TypeError(
      `stdio must be 'inherit', 'pipe', 'overlapped' or 'ignore', or an array of these, streams and descriptors`,
    );
  }
}

const isStdio = (value: unknown): boolean =>
  value === 'inherit' || value === 'pipe' || value === 'overlapped' || value === 'ignore';

/** What `spawn` takes for one stream; Node itself checks the details. */
const isStream = (value: unknown): boolean =>
  isStdio(value) ||
  value === 'ipc' ||
  value === undefined ||
  typeof value === 'object' ||
  (Number.isInteger(value) && (value as number) >= 0);

const isListOf = (value: unknown, accepts: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(accepts);

/** Why a process could not be started; names the option at fault. */
export function startFailure(error: NodeJS.ErrnoException, { cwd }: SystemOptions): Error {
  // For a missing folder the system reports the same as for a missing program, and names the program.
  const text =
    error.code === 'ENOENT' && cwd !== undefined && !isFolder(cwd)
      ? `its cwd ${String(cwd)} is no folder`
      : error.message;
  return new Error(`it could not be started: ${text}`, { cause: error });
}

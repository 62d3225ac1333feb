import type { AnyFunction, BaseWorkerOptions } from '@manycore/core';
import { isFolder, type StdioOptions } from './platform/node.js';

/** How the operating system's process is made. */
export interface SystemOptions {
  /** The child's environment; a variable that is `undefined` is left out. Default: a copy of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The child's working directory. Default: this process's. */
  readonly cwd?: string | URL | undefined;
  /** Options for the child's `node`. Default: this process's, with debugger ports that do not collide. */
  readonly execArgv?: readonly string[] | undefined;
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

/** @throws TypeError naming the option that cannot be used, and what it may be. */
export function checkSystemOptions(options: SystemOptions): void {
  const { env, cwd, execArgv, stdio, ignoreInterrupt }: Readonly<Record<keyof SystemOptions, unknown>> = {
    env: options.env,
    cwd: options.cwd,
    execArgv: options.execArgv,
    stdio: options.stdio,
    ignoreInterrupt: options.ignoreInterrupt,
  };
  if (ignoreInterrupt !== undefined && typeof ignoreInterrupt !== 'boolean') {
    throw new TypeError('ignoreInterrupt must be true or false');
  }
  if (env !== undefined) checkEnvironment(env);
  if (cwd !== undefined && typeof cwd !== 'string' && !(cwd instanceof URL)) {
    throw new TypeError('cwd must be the path of a folder, or its file: URL');
  }
  if (cwd instanceof URL && cwd.protocol !== 'file:') {
    throw new TypeError(`cwd must be a path or a file: URL, not ${cwd.href}`);
  }
  if (execArgv !== undefined && !isListOf(execArgv, (word) => typeof word === 'string')) {
    throw new TypeError(`execArgv must be an array of strings, such as ['--expose-gc']`);
  }
  if (stdio !== undefined && !isStdio(stdio) && !isListOf(stdio, isStream)) {
    throw new TypeError(
      `stdio must be 'inherit', 'pipe', 'overlapped' or 'ignore', or an array of these, streams and descriptors`,
    );
  }
}

function checkEnvironment(env: unknown): void {
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    throw new TypeError('env must be an object of strings, such as { ...process.env, DEBUG: "1" }');
  }
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || typeof value === 'string') continue;
    throw new TypeError(`env.${name} must be a string, not ${value === null ? 'null' : typeof value}`);
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

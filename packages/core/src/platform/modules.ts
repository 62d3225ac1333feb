import { hasCode } from '../errors.js';
import { type ModuleOrigin, prepareSource } from './source-loaders.js';
import { endOfTestFile } from './test-runner.js';

/** A module's exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** A drive (`C:\…`, `C:/…`), or a share of another machine (`\\server\…`): also where they are only talked about. */
const windowsPath = /^(?:[A-Za-z]:[\\/]|\\\\[^\\])/;

/** Whether a text is such a path, which `URL` takes for a URL: that of the drive C begins with `c:`. */
export function isWindowsPath(text: string): boolean {
  return windowsPath.test(text);
}

/** The URL by which to import the script of a function: of its path or URL. undefined when it is no module. */
export function moduleUrl(script: string): string | undefined {
  if (script.startsWith('/') || isWindowsPath(script)) return urlOfPath(script);
  if (!URL.canParse(script)) return undefined;
  const { protocol, pathname } = new URL(script);
  if (protocol === 'file:') return pathname.endsWith(']') && isEvaluated(pathname) ? undefined : script;
  return protocol === 'node:' || protocol === 'data:' ? script : undefined;
}

/** The URL of an absolute path, whatever it has in it: spaces, `#`, `?`, `%`. */
function urlOfPath(path: string): string {
  const options = isWindowsPath(path) ? { windows: true } : undefined;
  return process.getBuiltinModule('node:url').pathToFileURL(path, options).href;
}

/** `node --eval` names its module `file:///…/[eval1]`; of a path, a URL escapes the brackets. */
function isEvaluated(pathname: string): boolean {
  return /\/(?:\[|%5B)eval\d*(?:\]|%5D)$/.test(pathname);
}

/** Whether a test runner rewrites modules here, so that a function's text differs from the file's. */
export function rewritesModules(): boolean {
  return process.env['VITEST'] !== undefined || process.env['JEST_WORKER_ID'] !== undefined;
}

/** Imports a module of the program, TypeScript too. */
export async function loadModule(url: string, origin: ModuleOrigin = {}): Promise<ModuleExports> {
  await prepareSource(url, origin);
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as ModuleExports;
  } finally {
    endOfTestFile();
  }
}

/** Whether importing `url` failed because that module itself does not exist. */
export function isMissing(url: string, error: unknown): boolean {
  if (!hasCode(error, 'ERR_MODULE_NOT_FOUND') && !hasCode(error, 'ERR_UNKNOWN_BUILTIN_MODULE')) return false;
  if (!url.startsWith('file:')) return true;
  const { existsSync } = process.getBuiltinModule('node:fs');
  return !existsSync(new URL(url));
}

/**
 * Whether the module that calls it is the program that was started: Python's `__name__ == '__main__'`.
 * False in every module that was imported, and in every thread and process that manycore started,
 * where the same module is loaded again to find its functions. Start workers only behind it.
 *
 * True as well in a program that pm2 started, in fork or cluster mode.
 *
 * @param module - `import.meta`; in CommonJS, `module`.
 *
 * @example
 * ```ts
 * import { isMain } from '@manycore/core';
 *
 * if (isMain(import.meta)) {
 *   console.log('started, not imported'); // prints: started, not imported
 * }
 * ```
 *
 * @throws TypeError for another value, and for what a bundler writes in place of `import.meta`: it cannot tell
 * which program runs.
 */
export function isMain(module: ImportMeta | { readonly filename: string }): boolean {
  const url = urlOf(module);
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return false;
  const entry = startedScript();
  const { pathname } = new URL(url);
  if (isEvaluated(pathname)) return entry?.endsWith(pathname) !== true;
  if (entry === undefined || !url.startsWith('file:')) return false;
  return entryFile(entry) === process.getBuiltinModule('node:url').fileURLToPath(url);
}

function urlOf(module: unknown): string {
  const given = (typeof module === 'object' ? module : undefined) as
    | { readonly url?: unknown; readonly filename?: unknown; readonly webpack?: unknown }
    | null
    | undefined;
  if (given?.webpack !== undefined) {
    throw new TypeError(
      'isMain(import.meta): webpack has put a path of the machine that it ran on in place of import.meta, so the ' +
        "program cannot be told from what it imports. Set module.parser.javascript.importMeta to false and " +
        "output.library.type to 'module' (with experiments.outputModule: true)",
    );
  }
  if (typeof given?.url === 'string') return given.url;
  if (typeof given?.filename === 'string') {
    return urlOfPath(given.filename);
  }
  throw new TypeError(
    'isMain takes import.meta, or in CommonJS module. ' +
      '(A bundler that writes CommonJS may leave import.meta empty: let it write an ES module)',
  );
}

/** The URL of the program that was started, if it is a file. */
export function mainModule(): string | undefined {
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  const entry = startedScript();
  if (!isMainThread || entry === undefined) return undefined;
  return process.getBuiltinModule('node:url').pathToFileURL(entryFile(entry)).href;
}

/** The script that was started: the program, or by pm2 a file of its own that imports it. */
function startedScript(): string | undefined {
  const script = process.argv[1];
  // Other processes that such a program starts inherit the variable.
  const byPm2 = /[\\/]pm2[\\/]lib[\\/]ProcessContainer\w*\.js$/.test(script ?? '');
  return byPm2 ? process.env['pm_exec_path'] : script;
}

/** `argv[1]` may be a link, a folder, or lack its extension. */
function entryFile(entry: string): string {
  const path = process.getBuiltinModule('node:path').resolve(entry);
  const { createRequire } = process.getBuiltinModule('node:module');
  const { realpathSync, statSync } = process.getBuiltinModule('node:fs');
  try {
    if (statSync(path).isFile()) {
      return process.execArgv.includes('--preserve-symlinks-main') ? path : realpathSync(path);
    }
  } catch {
    // No such file: an extension is missing.
  }
  try {
    return createRequire(path).resolve(path);
  } catch {
    return path;
  }
}

/** Makes the program exit with code 1, unless it chose a code itself. */
export function failProgram(): void {
  process.exitCode ??= 1;
}

/**
 * Imports a package as one of the modules in `from` would find it: those are this program's own. Does
 * nothing when none finds it.
 */
export async function importPackage(name: string, from: readonly string[]): Promise<void> {
  const url = resolvePackage(name, from);
  if (url !== undefined) await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
}

function resolvePackage(name: string, from: readonly string[]): string | undefined {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  for (const base of [...from, import.meta.url, pathToFileURL(`${process.cwd()}/`).href]) {
    try {
      return pathToFileURL(createRequire(base).resolve(name)).href;
    } catch {
      // Not from there.
    }
  }
  return undefined;
}

/** A module in CommonJS: Node has it in a third of the time that importing it takes. */
export function requireFile(url: string): unknown {
  const { createRequire } = process.getBuiltinModule('node:module');
  return createRequire(url)(process.getBuiltinModule('node:url').fileURLToPath(url));
}

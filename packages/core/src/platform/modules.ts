import { hasCode } from '../errors/manycore-error.js';
import { type ModuleOrigin, prepareSource } from './source-loaders.js';
import { endOfTestFile } from './test-runner.js';

/** A module's exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** The URL by which to import the script of a function; undefined when it is no module. */
export function moduleUrl(script: string): string | undefined {
  if (script.startsWith('/') || /^[A-Za-z]:[\\/]/.test(script)) {
    return process.getBuiltinModule('node:url').pathToFileURL(script).href;
  }
  if (!URL.canParse(script)) return undefined;
  const { protocol, pathname } = new URL(script);
  if (protocol === 'file:') return pathname.endsWith(']') && isEvaluated(pathname) ? undefined : script;
  return protocol === 'node:' || protocol === 'data:' ? script : undefined;
}

/** `node --eval` names its module `file:///…/[eval1]`. */
function isEvaluated(pathname: string): boolean {
  return /\/\[eval\d*\]$/.test(pathname);
}

/** Whether a test runner rewrites modules here, so that a function's text differs from the file's. */
export function rewritesModules(): boolean {
  return process.env['VITEST'] !== undefined || process.env['JEST_WORKER_ID'] !== undefined;
}

/** Imports a module of the program, TypeScript too. */
export async function loadModule(url: string, origin: ModuleOrigin = {}): Promise<ModuleExports> {
  await prepareSource(url, origin);
  try {
    return (await import(url)) as ModuleExports;
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
 * @example
 * ```ts
 * import { isMain } from '@manycore/core';
 *
 * if (isMain(import.meta)) {
 *   console.log('started, not imported'); // prints: started, not imported
 * }
 * ```
 */
export function isMain(importMeta: ImportMeta): boolean {
  const url: unknown = (importMeta as Partial<ImportMeta> | undefined)?.url;
  if (typeof url !== 'string') throw new TypeError('isMain takes import.meta');
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return false;
  const entry = process.argv[1];
  const { pathname } = new URL(url);
  if (isEvaluated(pathname)) return entry?.endsWith(pathname) !== true;
  if (entry === undefined || !url.startsWith('file:')) return false;
  return entryFile(entry) === process.getBuiltinModule('node:url').fileURLToPath(url);
}

/** The URL of the program that was started, if it is a file. */
export function mainModule(): string | undefined {
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  const entry = process.argv[1];
  if (!isMainThread || entry === undefined) return undefined;
  return process.getBuiltinModule('node:url').pathToFileURL(entryFile(entry)).href;
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

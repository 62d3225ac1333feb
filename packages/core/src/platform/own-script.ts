import { moduleUrl } from './modules.js';
import { runtime } from './node.js';

/**
 * The URL of the script in which `mark` is written: what the first frame of the stack that it returns says.
 * A bundler may have replaced `import.meta.url`, by a path of the machine that it ran on or by nothing, but
 * the engine knows which script it runs. Costs some 20 µs. Call it while the module loads: code that a bundler
 * wrapped into `eval` has no script of its own, but is on the stack of one that has.
 *
 * `mark` returns the stack and not its error: in Bun, a function that has returned is missing in it.
 *
 * undefined where the code is in no file: given by `--eval`, or part of an executable.
 */
export function scriptOf(mark: () => unknown): string | undefined {
  const { stackTraceLimit } = Error;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is put back as it was
  const { prepareStackTrace } = Error;
  try {
    Error.stackTraceLimit = Math.max(20, stackTraceLimit);
    Error.prepareStackTrace = (_error, sites) => sites;
    const stack = mark();
    return Array.isArray(stack) ? firstScript(stack as NodeJS.CallSite[]) : undefined;
  } catch {
    // The program has frozen `Error`.
    return undefined;
  } finally {
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}

function firstScript(sites: readonly NodeJS.CallSite[]): string | undefined {
  for (const site of sites) {
    const script = site.isEval() ? null : fileOf(site);
    const url = script ? moduleUrl(script) : undefined;
    if (url !== undefined) return url.startsWith('node:') ? undefined : url;
  }
  return undefined;
}

function fileOf(site: NodeJS.CallSite): string | null {
  // Deno's `getFileName` follows source maps, to a file from which nothing can be loaded.
  return runtime === 'deno' ? site.getScriptNameOrSourceURL() : site.getFileName();
}

const here = scriptOf(() => new Error().stack);

/**
 * The URL of the bundle that this code is part of, if the bundler replaced `import.meta.url` by something else
 * (webpack by a path of its machine, esbuild for CommonJS by nothing): for modules that give theirs.
 */
export function moduleInBundle(): string | undefined {
  const url = import.meta.url as string | undefined;
  return here === undefined || (url !== undefined && pathOf(url) === pathOf(here)) ? undefined : here;
}

/** Runtimes may escape other letters in the URL of the same file. */
export function pathOf(url: string): string {
  const { pathname } = new URL(url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    // A `%` that a runtime has left as it is in the path.
    return pathname;
  }
}

/** Whether a URL leads to a file that is there. */
export function isFile(url: string): boolean {
  if (!url.startsWith('file:')) return false;
  const { statSync } = process.getBuiltinModule('node:fs');
  try {
    return statSync(new URL(url), { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** Whether Node runs a program that is part of its executable: it cannot be told to run another. */
export function isExecutable(): boolean {
  const sea = process.getBuiltinModule('node:sea') as { isSea(): boolean } | undefined;
  return sea?.isSea() ?? false;
}

declare const __webpack_require__: unknown;

/** Which tool made the bundle that this code is part of, where it leaves a trace. */
export function bundler(): 'next' | 'webpack' | undefined {
  if (process.env['NEXT_RUNTIME'] !== undefined) return 'next';
  return typeof __webpack_require__ === 'function' ? 'webpack' : undefined;
}

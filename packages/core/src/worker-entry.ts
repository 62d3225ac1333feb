import { bootstrap } from './bootstrap-guard.js';
import { describeThrown, hasCode, ManycoreError } from './errors.js';
import { requireFile } from './platform/modules.js';
import { bundler, isExecutable, isFile } from './platform/own-script.js';
import { sharedState } from './shared-state.js';

/*
 * What a worker runs first is a file of manycore's own. In a program that a bundler made there is no such
 * file: its code is in the bundle. There the worker gets a few lines of text as its program, which import
 * the bundle, where the entry has registered itself by its name.
 *
 * | | installed | bundled |
 * |---|---|---|
 * | a thread, a process | the file `manycore-…-entry.cjs` | `entryText` |
 * | what it serves for a pool | the module `manycore-pool-worker.cjs` | the registered `manycore-pool-worker` |
 *
 * Not the bundle itself as the worker's program: it would be the main module there, and a program in
 * CommonJS that starts workers if `require.main === module` would start them without end.
 */

/** Where a worker finds what it runs. */
export interface EntryRef {
  /** A module of manycore's own, or the program's bundle. */
  readonly url: string;
  /** In a bundle: the name under which the entry registers itself while the bundle loads. */
  readonly name?: string;
  /** What to say if it does not. */
  readonly refusal?: string;
}

type Entry = (...args: never[]) => unknown;

/** The code of the error that a bundle's worker cannot be started. */
const bundled = 'MANYCORE_BUNDLED';

/** By name; `entryText` reads it. */
const entries = sharedState('entries', () => new Map<string, Entry>());

/** Makes what a worker can run known, in case it is part of a bundle. */
export function registerEntry(name: string, entry: Entry): void {
  entries.set(name, entry);
}

/**
 * Where a worker finds the entry that is built as the file `<name>.cjs`, or `<name>.js`, beside the script that starts the
 * worker: `own`, of `scriptOf`. A bundler has no file of that name beside its output.
 *
 * @throws ManycoreError when it is in no file at all.
 */
export function locateEntry(own: string | undefined, name: string): EntryRef {
  if (own === undefined) {
    throw new ManycoreError(bundled, refusalOf('a program', 'it is in no file'));
  }
  // In a variable: a bundler that sees a file's name in `new URL` copies the file, without what it imports.
  for (const file of [`./${name}.cjs`, `./${name}.js`]) {
    const url = URL.canParse(file, own) ? new URL(file, own).href : own;
    if (isFile(url)) return { url };
  }
  if (isExecutable()) throw new ManycoreError(bundled, refusalOf('an executable', 'it is in no file'));
  return { url: own, name, refusal: refusalOf(own, unregistered) };
}

/** In a worker: what `ref` leads to; in a module, it is what that exports as `serve`. */
export async function loadEntry(ref: EntryRef | string): Promise<Entry> {
  const { url, name, refusal }: EntryRef = typeof ref === 'string' ? { url: ref } : ref;
  if (name === undefined) {
    const module: unknown = url.endsWith('.cjs')
      ? requireFile(url)
      : await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
    return (module as { serve: Entry }).serve;
  }
  const known = entries.get(name);
  if (known) return known;
  let cause: unknown;
  try {
    await bootstrap(url, false, () => import(/* webpackIgnore: true */ /* @vite-ignore */ url));
  } catch (error) {
    cause = error;
  }
  if (hasCode(cause, 'MANYCORE_BOOTSTRAP')) throw cause;
  // The program's own part of a bundle may have thrown after this one was loaded: its calls say so.
  const entry = entries.get(name);
  if (entry) return entry;
  throw new ManycoreError(
    bundled,
    cause === undefined ? (refusal ?? unregistered) : refusalOf(url, describeThrown(cause)),
    { cause },
  );
}

/**
 * A program's text that evaluates to a promise of the entry: what `loadEntry` does, with nothing of
 * manycore's loaded yet. The bundle runs the program's top level, so the guard is set up before; its state
 * is that of bootstrap-guard.ts.
 */
export function entryText({ url, name, refusal }: Required<EntryRef>): string {
  const [before = '', after = ''] = refusalOf(url, '\0').split('\0');
  const text = (value: string): string => JSON.stringify(value);
  return `(async () => {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  const url = ${text(url)}, context = new AsyncLocalStorage();
  const guard = { loading: [url], context, following: true, canStart: true };
  globalThis[Symbol.for('manycore.bootstrap')] = guard;
  let cause;
  try {
    await context.run({ loading: url }, () => import(url));
  } catch (error) {
    cause = error;
  }
  // What the program left running may throw at once: that ends the worker before it has begun anything.
  await new Promise((resolve) => setImmediate(resolve));
  guard.loading.shift();
  const entry = globalThis[Symbol.for('manycore.entries')]?.get(${text(name)});
  // A program without its guard is wrong, whether or not this worker could go on.
  if (cause?.code === 'MANYCORE_BOOTSTRAP') throw cause;
  if (entry) return entry;
  const why = cause === undefined
    ? ${text(refusal)}
    : ${text(before)} + (cause?.message ?? cause) + ${text(after)};
  throw Object.assign(new Error(why, { cause }), { code: ${text(bundled)} });
})()`;
}

const unregistered = 'importing it there runs nothing of manycore';

/** How to leave manycore out of a bundle. */
const settings = {
  next: "next.config: serverExternalPackages: ['manycore']",
  webpack: "webpack: externals: { manycore: 'module manycore' }",
  any:
    "esbuild: external: ['manycore', '@manycore/*']; " +
    'Rollup, Vite, tsup: external: [/^(@manycore\\/|manycore$)/]',
};

function refusalOf(url: string, why: string): string {
  return (
    `manycore was bundled into ${url}, from which a worker cannot load it: ${why}. ` +
    `Mark it external (${settings[bundler() ?? 'any']}), and install it beside the bundle`
  );
}

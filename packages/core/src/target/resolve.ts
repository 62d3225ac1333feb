import { describeThrown, hasCode, TargetNotFoundError } from '../errors.js';
import { bootstrap } from '../bootstrap-guard.js';
import {
  type AnyFunction,
  excerptOf,
  functionLabel,
  isClass,
  isMethodText,
  type TargetRef,
} from './target.js';
import { isMissing, loadModule, type ModuleExports } from '../platform/modules.js';
import { registeredNames, registeredTask } from './task.js';

const loaded = new Map<string, ModuleExports>();

/**
 * The function that a `TargetRef` stands for: imports its module and looks among the tasks registered
 * there, then among its exports, by name and by text. `main` is the URL of the program's main module.
 *
 * @throws TargetNotFoundError, or BootstrapError when the module starts workers while it loads.
 */
export async function resolveTarget(ref: TargetRef, main: string | undefined): Promise<AnyFunction> {
  const known = registeredTask(ref);
  if (known) return known;
  const exports = loaded.get(ref.module) ?? (await load(ref, main));
  const fn = registeredTask(ref) ?? findExport(exports, ref);
  if (typeof fn === 'function') return fn;
  throw new TargetNotFoundError(`cannot run ${functionLabel(ref.name)}: ${fn}`);
}

async function load(ref: TargetRef, main: string | undefined): Promise<ModuleExports> {
  const { module, name } = ref;
  try {
    const exports = await bootstrap(module, module === main, () =>
      loadModule(module, { isMain: module === main, testGlobals: ref.testGlobals === true }),
    );
    loaded.set(module, exports);
    return exports;
  } catch (cause) {
    if (hasCode(cause, 'MANYCORE_BOOTSTRAP')) throw cause;
    const what = isMissing(module, cause)
      ? `there is no module ${module}`
      : `its module ${module} threw while it was loaded: ${describeThrown(cause)}`;
    throw new TargetNotFoundError(`cannot run ${functionLabel(name)}: ${what}`, { cause });
  }
}

/** The function, or why there is none. */
function findExport(exports: ModuleExports, ref: TargetRef): AnyFunction | string {
  const candidates = new Map<string, AnyFunction>();
  for (const [key, value] of [...Object.entries(exportsOf(exports)), ...Object.entries(exports)]) {
    if (isFunction(value)) candidates.set(key, value);
  }
  const named = candidates.get(ref.name);
  const value = exports[ref.name];
  if (!named && value !== undefined) {
    const kind = typeof value === 'function' ? 'class' : typeof value;
    return `the export \`${ref.name}\` of ${ref.module} is not a function, but a value of type ${kind}`;
  }
  if (ref.source === undefined) return named ?? notExported(ref, candidates);
  const sameText = [...new Set(candidates.values())].filter((fn) => textOf(fn) === ref.source);
  if (named && (sameText.includes(named) || (named.name === ref.name && mayDiffer(ref)))) return named;
  const [only, another] = sameText;
  if (only && !another) return only;
  // A function keeps the name it was defined with, under any export name.
  const sameName = (mayDiffer(ref) ? [...new Set(candidates.values())] : sameText).filter(
    (fn) => fn.name === ref.name,
  );
  if (sameName.length === 1 && sameName[0]) return sameName[0];
  if (named) {
    return (
      `${ref.module} exports another function of that name. ` +
      `Export the one you passed, or register it with task(import.meta.url, ${ref.name})`
    );
  }
  return notExported(ref, candidates);
}

/** CommonJS modules that Node cannot analyse show their exports only as the default export's properties. */
function exportsOf(exports: ModuleExports): object {
  const whole = exports['default'];
  return typeof whole === 'object' && whole !== null ? whole : {};
}

/** Whether a function's text may legitimately differ from the sender's: compilers run on either side. */
function mayDiffer(ref: TargetRef): boolean {
  return ref.rewritten === true || !/\.[cm]?js$/.test(new URL(ref.module).pathname);
}

function notExported(ref: TargetRef, candidates: ReadonlyMap<string, AnyFunction>): string {
  const { module, name, source } = ref;
  if (source !== undefined && isMethodText(source)) {
    return `it is a method, which ${module} does not export. Export a function that takes or makes the object and calls it`;
  }
  const found = [
    ['exports', [...candidates.keys()]],
    ['registers', registeredNames(module)],
  ] as const;
  const clauses = found.flatMap(([verb, names]) =>
    names.length === 0 ? [] : [`${verb} ${names.map((key) => `\`${key}\``).join(', ')}`],
  );
  const what = name === '' ? `the function \`${excerptOf(source ?? '')}\`` : `\`${name}\``;
  const key = name === '' ? 'work' : name;
  return (
    `${module} does not export ${what}` +
    (clauses.length === 0 ? '. ' : ` (it ${clauses.join(' and ')}). `) +
    (name === '' ? 'Give it a name and export' : 'Export') +
    ' it from the top level of the module, or register it there with task(import.meta.url, fn). ' +
    `If the module is a bundle, re-export it from the bundle's entry, or register it: tasks(import.meta.url, { ${key} })`
  );
}

function textOf(fn: AnyFunction): string {
  return Function.prototype.toString.call(fn);
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function' && !isClass(value);
}

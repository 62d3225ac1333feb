import type * as Inspector from 'node:inspector';

import { isArrowText } from '../target/target.js';
import { InspectorSession, type Scope } from './inspector-session.js';
import { rewritesModules } from './modules.js';

/** A variable of a scope around a function. */
export interface EnclosingVariable {
  readonly name: string;
  /** The name of the function whose scope it is, or '' for an anonymous one. */
  readonly owner: string;
}

/** What the engine knows about a function. */
export interface FunctionInspection {
  /** The URL or path of the script that defines the function; undefined for native code. */
  readonly script: string | undefined;
  /** The variables in scopes between the function and the top level of its module, innermost first. */
  readonly enclosing: readonly EnclosingVariable[];
  /** True for functions made by `bind`. */
  readonly bound: boolean;
  /** True for code that a test runner loaded by itself, whose text is not that of the file. */
  readonly rewritten: boolean;
}

/** A script's URL never changes, so it is asked for once. */
const scriptUrls = new Map<string, string>();
const probe: unique symbol = Symbol.for('manycore.inspected');

/** A place that the engine's expressions reach from any realm: test runners give each file a global of its own. */
const slot = (): { [probe]?: object } => process.getBuiltinModule('node:inspector') as object;
const readSlot = "process.getBuiltinModule('node:inspector')[Symbol.for('manycore.inspected')]";

/**
 * Asks the engine, through an inspector session of this thread, where a function was defined and
 * what is in the scopes around it. Costs 3–6 ms the first time (the list of scripts), then 0.2–4 ms.
 * The debugger is off again when it returns, so nothing runs slower afterwards.
 *
 * @throws when the runtime has no such inspector (Bun, Deno, Node's permission model).
 */
export function inspectFunction(fn: object): FunctionInspection {
  using session = new InspectorSession();
  try {
    slot()[probe] = fn;
    const { result } = session.evaluate(readSlot);
    const location = session.internalProperty(result, '[[FunctionLocation]]')?.value as
      | Inspector.Debugger.Location
      | undefined;
    const scopes = session.scopes(result);
    return {
      script: location && scriptUrl(session, location.scriptId),
      // What the engine itself loads as a module has a scope for that.
      rewritten: rewritesModules() && !scopes.some(({ kind }) => kind === 'Module'),
      enclosing: withinModule(scopes).flatMap(({ object, owner }) =>
        session.properties(object).map(({ name }) => ({ name, owner })),
      ),
      bound: session.internalProperty(result, '[[TargetFunction]]') !== undefined,
    };
  } finally {
    Reflect.deleteProperty(slot(), probe);
  }
}

/** Why there is no such inspector here, and what to do about that. */
export function whyUninspected(): string {
  const { permission } = process as { permission?: unknown };
  if (permission === undefined) return 'this runtime does not reveal the module of a plain function: use Node';
  const hasFlag = process.allowedNodeEnvironmentFlags.has('--allow-inspector');
  return (
    "Node's permission model closes the inspector, which tells the module of a plain function: " +
    (hasFlag ? 'start Node with --allow-inspector' : 'use a Node that has --allow-inspector (24.12 or later)')
  );
}

/**
 * The scopes inside the top level of the module. CommonJS wraps a module's text in a nameless function
 * (Jest: `Object.<anonymous>`), and Vite in a block within one: their scopes are the top level.
 */
function withinModule(scopes: readonly Scope[]): Scope[] {
  const local = scopes.filter(({ kind }) => !['Module', 'Script', 'Global'].includes(kind));
  if (scopes.some(({ kind }) => kind === 'Module')) return local;
  const outermost = local.at(-1);
  if (outermost?.kind === 'Closure' && ['', 'Object.<anonymous>'].includes(outermost.owner)) {
    local.pop();
  }
  if (rewritesModules() && local.at(-1)?.kind === 'Block') local.pop();
  return local;
}

function scriptUrl(session: InspectorSession, scriptId: string): string | undefined {
  for (const list of ['countedScriptUrls', 'scriptUrls'] as const) {
    if (scriptUrls.has(scriptId)) break;
    for (const [id, url] of session[list]()) scriptUrls.set(id, url);
  }
  return scriptUrls.get(scriptId);
}

/**
 * The variables around a function that it captures, found by the engine itself: the function's text is
 * compiled again, but not run, inside a function whose parameters have the names in question; its scope
 * then holds exactly the captured ones.
 */
export function capturedVariables(
  source: string,
  enclosing: readonly EnclosingVariable[],
): EnclosingVariable[] {
  // An inner variable hides an outer one of its name.
  const around = enclosing.filter(
    ({ name }, index) => enclosing.findIndex((other) => other.name === name) === index,
  );
  const [innermost] = around;
  if (!innermost) return [];
  // The engine does not show `this`, which an arrow function has from around it: another name does.
  const text = isArrowText(source) ? source.replace(/\bthis\b/g, stand) : source;
  const names = around.map(({ name }) => name).filter((name) => identifier.test(name));
  const captured = compile(text, [...names, stand]);
  const isCaptured = (name: string): boolean => captured?.has(name) ?? mentions(text, name);
  return [
    ...around.filter(({ name }) => isCaptured(name)),
    ...(isCaptured(stand) ? [{ name: 'this', owner: innermost.owner }] : []),
  ];
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const stand = '$this$';

/** Those of `names` that are captured; undefined for a text that does not compile by itself (it uses `super`). */
function compile(source: string, names: readonly string[]): Set<string> | undefined {
  // Outside a module `import.meta` does not compile. It captures nothing.
  const text = source.replace(/\bimport\s*\.\s*meta\b/g, '({})');
  using session = new InspectorSession();
  // A method's text is one only within an object.
  for (const expression of [`(${text})`, `Object.values({ ${text} })[0]`]) {
    const fn = session.evaluatePure(`((${names.join(', ')}) => ${expression})()`);
    if (fn?.type !== 'function') continue;
    const own = session.scopes(fn).filter(({ kind }) => kind === 'Closure');
    return new Set(own.flatMap(({ object }) => session.properties(object)).map(({ name }) => name));
  }
  return undefined;
}

/** Whether a text uses a name, other than as a property. A direct `eval` may use any. */
function mentions(source: string, name: string): boolean {
  if (/(?<![\w$.])eval\s*\(/.test(source)) return true;
  const escaped = name.replace(/[$]/g, '\\$&');
  return new RegExp(`(?<![\\w$.]|\\.\\s)${escaped}(?![\\w$])|\\.\\.\\.${escaped}(?![\\w$])`).test(
    source,
  );
}

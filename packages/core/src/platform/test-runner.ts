import type { register } from 'node:module';
import { sharedState } from '../shared-state.js';

/** Modules that only work inside their test runner. */
const runnerModules = ['vitest', '@jest/globals', 'mocha', 'node:test'];

/** Global functions of Jest, Mocha (all its styles) and Vitest. */
const globalNames =
  'after afterAll afterEach before beforeAll beforeEach context describe expect fdescribe fit it jest ' +
  'setup specify suite suiteSetup suiteTeardown teardown test vi vitest xcontext xdescribe xit xspecify xtest';

/** What else the modules export. */
const exportedNames =
  'aroundAll aroundEach assert assertType bench chai createExpect expectTypeOf inject mock only onTestFailed ' +
  'onTestFinished recordArtifact run should skip snapshot todo';

/**
 * Whether this is a program of a test runner that gives its files global functions (`describe`, `it`). Mocha
 * sets no variable by which its workers could tell.
 */
export function hasTestGlobals(): boolean {
  const { describe, it, suite, test } = globalThis as Record<string, unknown>;
  return [describe ?? suite, it ?? test].every((fn) => typeof fn === 'function');
}

/** Whether a worker's module registers tests while it loads. `testGlobals` is what `hasTestGlobals` told its parent. */
export function isTestFile(url: string, isMain: boolean, testGlobals: boolean): boolean {
  const { env } = process;
  const hasRunner =
    testGlobals || ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT'].some((name) => env[name] !== undefined);
  // `node x.test.js` runs tests of node:test without a sign of it.
  if (!hasRunner && !isMain) return false;
  const path = process.getBuiltinModule('node:url').fileURLToPath(url);
  if (hasRunner && /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(path)) return true;
  let text: string;
  try {
    text = process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch {
    return false; // The import reports it.
  }
  const registersTests = /^[ \t]*(?:describe|context|suite|it|test|specify)(?:\.\w+)*[ \t]*[(`]/m.test(text);
  return registersTests && (hasRunner || /['"]node:test['"]/.test(text));
}

/**
 * A function that stands in a test file is found by importing the file, whose top level registers tests. Here,
 * outside the runner, its functions do nothing. Only assertions fail once the file is loaded: a target that
 * relies on one must not seem to pass.
 */
export function replaceTestRunner(): void {
  state.loaded = false;
  if (state.installed) return;
  state.installed = true;
  const names = `${globalNames} ${exportedNames}`.split(' ');
  for (const name of names) state.exports[name] = inert(name);
  for (const name of globalNames.split(' ')) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, { value: state.exports[name], configurable: true, writable: true });
  }
  replaceRequire();
  replaceImport(names);
}

/** Called when a module has been loaded. */
export function endOfTestFile(): void {
  state.loaded = true;
}

interface StandIns {
  installed: boolean;
  loaded: boolean;
  readonly exports: Record<string, unknown>;
}

const state = sharedState('test-runner', (): StandIns => ({ installed: false, loaded: false, exports: {} }));

const assertions = new Set(['expect', 'assert', 'should', 'chai']);

/** A function that does nothing, as does all that it has or returns. */
function inert(name: string): unknown {
  const call = (): unknown => {
    if (state.loaded && assertions.has(name)) {
      throw new Error(
        `\`${name}\` of the test runner is not available in a worker: return the value, and check it in the test`,
      );
    }
    return standIn;
  };
  const standIn: unknown = new Proxy(nothing, {
    get(_, key) {
      if (key === Symbol.toPrimitive) return () => '';
      return key === 'then' ? undefined : standIn;
    },
    apply: call,
    construct: call as () => object,
  });
  return standIn;
}

/** Can be called, and constructed. */
function nothing(): void {
  // Its proxies answer.
}

/** `import … from 'vitest'` yields the stand-ins. */
function replaceImport(names: readonly string[]): void {
  const { register, registerHooks } = process.getBuiltinModule('node:module') as HookLoader;
  const source =
    `const { exports } = globalThis[Symbol.for('manycore.test-runner')];\n` +
    `export default exports.test;\n` +
    names.map((name) => `export const ${name} = exports.${name};`).join('\n');
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  if (registerHooks) {
    registerHooks({
      resolve: (name, context, next) =>
        runnerModules.includes(name) ? { url, shortCircuit: true } : next(name, context),
    });
    return;
  }
  // Before Node 22.15 a hook runs in a thread of its own. Short, because the text is its name in stack traces.
  const hooks =
    'let to; export const initialize = (data) => { to = data; }; export const resolve = (name, context, next) => ' +
    'to.modules.includes(name) ? { url: to.url, shortCircuit: true } : next(name, context);';
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { modules: runnerModules, url } });
}

/** Node's types of version 20 do not know the hooks that run in the thread which loads a module. */
interface HookLoader {
  readonly register: typeof register;
  readonly registerHooks?: (hooks: {
    readonly resolve: (name: string, context: unknown, next: (name: string, context: unknown) => unknown) => unknown;
  }) => unknown;
}

/** The same for `require` in CommonJS, which the hooks above do not see in every version of Node. */
function replaceRequire(): void {
  const loader = process.getBuiltinModule('node:module') as unknown as {
    _load: (request: string, ...rest: unknown[]) => unknown;
  };
  const load = loader._load;
  const whole = new Proxy(state.exports['test'] as object, {
    get: (test, key) => state.exports[String(key)] ?? (Reflect.get(test, key) as unknown),
  });
  loader._load = function (request, ...rest) {
    return runnerModules.includes(request) ? whole : load.call(this, request, ...rest);
  };
}

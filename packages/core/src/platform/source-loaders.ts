import { isTestFile, replaceTestRunner } from './test-runner.js';

/** What is known of a module that a worker loads. */
export interface ModuleOrigin {
  /** Whether it is the program's main module. */
  readonly isMain?: boolean;
  /** Whether the program has the global functions of a test runner. */
  readonly testGlobals?: boolean;
}

/**
 * What a worker must set up before it can import a module of the program: a TypeScript loader where
 * Node has none, and a stand-in for the test runner when the module is itself a test file.
 */
export async function prepareSource(url: string, { isMain, testGlobals }: ModuleOrigin): Promise<void> {
  if (!url.startsWith('file:')) return;
  const { pathname } = new URL(url);
  if (isTestFile(url, isMain === true, testGlobals === true)) replaceTestRunner();
  if (needsTypeScriptLoader(pathname)) await registerTypeScript(url);
}

const typescript = /\.(?:[cm]?ts|tsx|jsx)$/;
let registered = false;

function needsTypeScriptLoader(pathname: string): boolean {
  if (registered || !typescript.test(pathname)) return false;
  // `tsx main.ts` passes its loader on by flags, which on Node 20 have no effect in a thread.
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  if (isMainThread && tsxFlag() !== undefined) return false;
  const native = (process.features as { typescript?: string | false }).typescript;
  const plain = !pathname.endsWith('x');
  // A test runner resolves './x.js' or './x' to x.ts, which Node by itself does not.
  const byRunner = process.env['VITEST'] !== undefined || process.env['JEST_WORKER_ID'] !== undefined;
  return !(native && plain && !byRunner);
}

function flags(): string[] {
  return [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
}

function tsxFlag(): string | undefined {
  return flags().find((flag) => /[/\\@ =]tsx\b/.test(flag) || flag === 'tsx');
}

/** Makes this thread's `import` take TypeScript, by the program's own `tsx`. */
async function registerTypeScript(url: string): Promise<void> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const workingDirectory = pathToFileURL(`${process.cwd()}/`).href;
  // The tsx that runs the program need not be the program's own: `npx tsx` has it elsewhere.
  const running = /file:\S*[/\\]tsx[/\\]\S*/.exec(flags().join(' ')) ?? [];
  for (const from of [...running, url, workingDirectory, import.meta.url]) {
    let loader: string;
    try {
      loader = createRequire(from).resolve('tsx/esm/api');
    } catch {
      continue;
    }
    // Beside what `require` finds, which cannot register, stands what `import` would have found.
    const { href } = pathToFileURL(loader.replace(/\.cjs$/, '.mjs'));
    const { register } = (await import(/* webpackIgnore: true */ /* @vite-ignore */ href)) as {
      register: () => unknown;
    };
    register();
    // In a package of type commonjs a `.ts` file is a CommonJS module, which Node hands on to `require`.
    const common = createRequire(from)('tsx/cjs/api') as { register: () => unknown };
    common.register();
    registered = true;
    return;
  }
  if ((process.features as { typescript?: string | false }).typescript) return;
  throw new Error(
    `${url} is TypeScript, which Node ${process.versions.node} cannot load: ` +
      'install tsx (npm install -D tsx), build it to JavaScript, or use Node 22.18 or later',
  );
}

/**
 * What a worker must set up before it can import a module of the program: a TypeScript loader where
 * Node has none, and a stand-in for the test runner when the module is itself a test file.
 */
export async function prepareSource(url: string): Promise<void> {
  if (!url.startsWith('file:')) return;
  const { pathname } = new URL(url);
  if (isTestFile(pathname)) replaceTestRunner();
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
  // A test runner resolves './x.js' to x.ts, which Node by itself does not.
  return !(native && plain && process.env['VITEST'] === undefined);
}

function tsxFlag(): string | undefined {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  return flags.find((flag) => /[/\\@ =]tsx\b/.test(flag) || flag === 'tsx');
}

/** Makes this thread's `import` take TypeScript, by the program's own `tsx`. */
async function registerTypeScript(url: string): Promise<void> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const workingDirectory = pathToFileURL(`${process.cwd()}/`).href;
  // The tsx that runs the program need not be the program's own: `npx tsx` has it elsewhere.
  const running = /file:\S*[/\\]tsx[/\\]\S*/.exec(tsxFlag() ?? '') ?? [];
  for (const from of [...running, url, workingDirectory, import.meta.url]) {
    let loader: string;
    try {
      loader = createRequire(from).resolve('tsx/esm/api');
    } catch {
      continue;
    }
    // Beside what `require` finds, which cannot register, stands what `import` would have found.
    const { href } = pathToFileURL(loader.replace(/\.cjs$/, '.mjs'));
    const { register } = (await import(href)) as { register: () => unknown };
    register();
    registered = true;
    return;
  }
  if ((process.features as { typescript?: string | false }).typescript) return;
  throw new Error(
    `${url} is TypeScript, which Node ${process.versions.node} cannot load: ` +
      'install tsx (npm install -D tsx), build it to JavaScript, or use Node 22.18 or later',
  );
}

function isTestFile(pathname: string): boolean {
  return process.env['VITEST'] !== undefined && /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(pathname);
}

let replaced = false;

/**
 * A function that stands in a test file is found by importing the file, whose top level registers
 * tests. Here, outside the runner, `import … from 'vitest'` yields functions that do nothing.
 */
function replaceTestRunner(): void {
  if (replaced) return;
  replaced = true;
  const { register } = process.getBuiltinModule('node:module');
  const names =
    'afterAll afterEach aroundAll aroundEach assert assertType beforeAll beforeEach bench chai ' +
    'createExpect describe expect expectTypeOf inject it onTestFailed onTestFinished recordArtifact ' +
    'should suite test vi vitest';
  const source =
    `const inert = new Proxy(function () {}, { get: (_, key) => ` +
    `key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : inert, ` +
    `apply: () => inert, construct: () => inert });\n` +
    names.split(' ').map((name) => `export { inert as ${name} };`).join('\n');
  const stand = `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks =
    `export const resolve = (specifier, context, next) => specifier === 'vitest' ` +
    `? { url: ${JSON.stringify(stand)}, shortCircuit: true } : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

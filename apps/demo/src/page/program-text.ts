import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folders whose files are shown with the examples that import them. */
const sharedFolders = 'workload|monitor|operating-system|images|statistics|cluster';
/** Folders that an example imports only to say what it must print. */
const frame = 'catalogue|expectation';

/** The TypeScript of an example, as far as it is the program. */
export interface ProgramText {
  /** From the root of the repository. */
  readonly path: string;
  readonly code: string;
  /** The paths of the files beside it that it uses. */
  readonly uses: readonly string[];
}

/** The program of the built module: its source, without what is expected of it and said about it. */
export function programText(module: URL): ProgramText {
  const source = sourceOf(module);
  const text = readFileSync(source, 'utf8');
  return { path: pathOf(source), code: programOf(text), uses: usedBy(text, source) };
}

/** A file that examples share, by its path. */
export function sharedText(path: string, module: URL): string {
  const folder = sourceOf(module).href.replace(/\/apps\/demo\/.*/, '/');
  return readFileSync(new URL(path, folder), 'utf8').trim();
}

function sourceOf(module: URL): URL {
  const source = new URL(module.href.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
  return existsSync(source) ? source : module;
}

function pathOf(source: URL): string {
  return fileURLToPath(source)
    .replaceAll('\\', '/')
    .replace(/^.*?(?=apps\/demo\/)/, '');
}

/** Where the example is described. */
const omission = '// … what it must print, and what is said about it …';

const imports = /^import\b[^;]*?from '([^']+)';\n/gm;

function programOf(text: string): string {
  const [program = '', end = ''] = text.split(/^export const example\b/m);
  // The guard is part of the program.
  const [guard = ''] = /^if \(isMain.*/m.exec(end) ?? [];
  const framed = new RegExp(`/(?:${frame})`);
  const names: string[] = [];
  const rest = program.replaceAll(imports, (statement, from: string) => {
    if (!framed.test(from)) return statement;
    names.push(...namesIn(statement));
    return '';
  });
  const statements = filtered(rest.replaceAll(imports, ''), (each) => !mentions(each, names));
  const code = `${withoutUnused(statements)}\n\n${omission}\n\n${guard}`;
  const needed = [...rest.matchAll(imports)].flatMap(([statement]) =>
    namesIn(statement).some((name) => new RegExp(String.raw`\b${name}\b`).test(code))
      ? [statement]
      : [],
  );
  return `${needed.join('')}\n${code}`;
}

/** The top-level statements that are to be kept; blank lines between them stay. */
function filtered(code: string, keep: (statement: string) => boolean): string {
  return code
    .split(/\n{2,}(?=\S)/)
    .map((block) => statementsOf(block).filter(keep).join('\n'))
    .filter((block) => block.trim() !== '')
    .join('\n\n')
    .trim();
}

/** What only the expectation needed is used no more: constants, functions and types of that file. */
function withoutUnused(code: string): string {
  const kept = filtered(code, (statement) => {
    const name = /^(?:const|function|type|interface) (\w+)/m.exec(statement)?.[1];
    if (name === undefined || name === 'main') return true;
    return timesIn(code, name) > timesIn(statement, name);
  });
  return kept === code ? code : withoutUnused(kept);
}

function timesIn(text: string, name: string): number {
  return text.match(new RegExp(String.raw`\b${name}\b`, 'g'))?.length ?? 0;
}

/** The names that an import statement brings in. */
function namesIn(statement: string): string[] {
  const names = statement.slice(0, statement.lastIndexOf(' from ')).match(/\w+/g) ?? [];
  return names.filter((name) => !['import', 'type'].includes(name));
}

/** The statements of lines without a blank one between them, each with its comment. */
function statementsOf(block: string): string[] {
  return block.split(/\n(?=\/\*\*)|(?<!\*\/)\n(?=(?:const|export|function|interface) )/);
}

function mentions(statement: string, names: readonly string[]): boolean {
  return names.some((name) => new RegExp(String.raw`\b${name}\(|:\s*${name}\b|<${name}`).test(statement));
}

function usedBy(text: string, source: URL): string[] {
  const shared = new RegExp(`^\\.\\./(?:${sharedFolders})/`);
  return [...text.matchAll(imports)]
    .flatMap(([, from = '']) => (shared.test(from) ? [from] : []))
    .map((from) => pathOf(new URL(from.replace(/\.js$/, '.ts'), source)))
    .sort();
}

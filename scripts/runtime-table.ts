// What `npm run test-on` saw last on each runtime: kept in apps/runtimes/results.json, and written into README.md and
// docs/runtimes.md between the marks that name this file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './command.js';

/** A run of all tests. */
export interface SuiteResult {
  readonly kind: 'suite';
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A program for each capability. */
export interface CapabilityResult {
  readonly kind: 'capabilities';
  readonly version: string;
  readonly capabilities: readonly Capability[];
}

export interface Capability {
  readonly title: string;
  readonly found: string;
}

type Results = Readonly<Record<string, SuiteResult | CapabilityResult>>;

const resultsFile = join(root, 'apps', 'runtimes', 'results.json');

/** Keeps what was seen on a runtime, and writes the tables again. */
export function record(name: string, result: SuiteResult | CapabilityResult): void {
  const known = existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as Results) : {};
  const results: Results = { ...known, [name]: result };
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 2)}\n`);
  writeBetween('README.md', 'runtimes', summaryTable(results));
  writeBetween(join('docs', 'runtimes.md'), 'runtimes', summaryTable(results));
  writeBetween(join('docs', 'runtimes.md'), 'capabilities', capabilityTable(results));
}

function summaryTable(results: Results): string {
  const row = (name: string, title: (version: string) => string): string[] => {
    const result = results[name];
    return result === undefined ? [] : [`| ${title(result.version)} | ${inWords(result)}: \`npm run test-on -- ${name}\` |`];
  };
  return [
    '| runtime, system | what the tests saw last |',
    '| --- | --- |',
    '| Node 20 on Linux x64 | all tests: `npm test`, with each change |',
    ...['22', '24', '26'].flatMap((name) => row(name, (version) => `Node ${version} on Linux x64`)),
    ...row('portable', (version) => `Node ${version} on Linux, without /proc, \`setpriv\` and koffi`),
    '| Node on macOS and Windows | not tried by hand, expected to work as the row above: a workflow runs the same tests there. ' +
      "Scope `'processes'`, what is shared between processes, is for Linux only so far: an error says so |",
    ...row('bun', (version) => `Bun ${version} on Linux x64`),
    ...row('deno', (version) => `Deno ${version} on Linux x64`),
  ].join('\n');
}

function inWords(result: SuiteResult | CapabilityResult): string {
  if (result.kind === 'suite') return `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
  const count = (what: string): number => result.capabilities.filter(({ found }) => found.startsWith(what)).length;
  const failing = count('fails') === 0 ? '' : `, ${count('fails')} fail`;
  return `${count('works')} of ${result.capabilities.length} capabilities work, ${count('refused')} are refused by name${failing}`;
}

function capabilityTable({ bun, deno }: Results): string {
  if (bun?.kind !== 'capabilities' || deno?.kind !== 'capabilities') return '';
  const rows = bun.capabilities.map(({ title, found }) => {
    const other = deno.capabilities.find((each) => each.title === title);
    return `| ${title} | ${found} | ${other?.found ?? ''} |`;
  });
  return ['| | Bun | Deno |', '| --- | --- | --- |', ...rows].join('\n');
}

function writeBetween(file: string, name: string, table: string): void {
  const path = join(root, file);
  const begin = `<!-- ${name}: written by scripts/runtime-table.ts -->\n`;
  const end = `\n<!-- end of ${name} -->`;
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) throw new Error(`${file} has no place for the table: ${begin.trim()} …${end}`);
  writeFileSync(path, `${text.slice(0, from)}\n${table}\n${text.slice(to)}`);
}

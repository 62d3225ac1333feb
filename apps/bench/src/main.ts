// `npm run bench`: runs the benchmarks one after the other, prints them, and writes results and a page.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './catalogue.js';
import { cacheFolder, readArguments, type Request } from './command-line.js';
import { copyFor } from './harness/against.js';
import type { Comparison, Comparisons } from './harness/comparison.js';
import { killLanes } from './harness/lane.js';
import { currentLoad, describeMachine } from './harness/machine.js';
import { progressOf } from './harness/progress.js';
import type { ComparisonResult, ProgramResult, Results } from './harness/results.js';
import { contendersOf, ProgramRun, roundsOf, type RunOptions } from './harness/run-program.js';
import { withTables } from './report/document.js';
import { pageOf } from './report/page/page.js';
import { printAgainst, printComparison } from './report/print.js';
import { machineText, versionsText } from './report/words.js';

const request = readArguments(process.argv.slice(2));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    killLanes();
    process.exit(130);
  });
}
process.on('exit', killLanes);

if (request.document === undefined) await measure(request);
else rewrite(request.document, request.json);

async function measure({ against, quick, json, page, ...wanted }: Request): Promise<void> {
  const loadBefore = currentLoad();
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const againstFolder =
    against === undefined ? undefined : copyFor(against, join(cacheFolder, 'against'));
  const options: RunOptions = { ...wanted, quick, folder, againstFolder };
  const plan = await Promise.all(
    wanted.programs.map(async (program) => ({ program, comparisons: await load(program, quick) })),
  );
  const progress = progressOf(
    plan.flatMap(({ comparisons }) => comparisons).reduce((sum, each) => sum + steps(each, options), 0),
  );
  const programs: ProgramResult[] = [];
  for (const { program, comparisons } of plan) {
    const run = new ProgramRun(program.module, options);
    const results: ComparisonResult[] = [];
    progress.prints(() => console.log(`\n${program.name}: ${program.description}`));
    for (const comparison of comparisons) {
      const result = await run.compare(comparison, progress);
      progress.prints(() => printComparison(result));
      results.push(result);
    }
    await run.end();
    const { name, suite, description } = program;
    programs.push({ name, suite, description, comparisons: results });
  }
  progress.ends();
  const machine = describeMachine(loadBefore);
  const results = { machine, quick, ...(against === undefined ? {} : { against }), programs };
  printAgainst(results);
  console.log(`\n${machineText(machine)}\n${versionsText(machine)}`);
  write('results', json, `${JSON.stringify(results, null, 2)}\n`);
  if (page !== false) write('page', page, pageOf(results));
  // A peer that fails is reported; that one of ours does is a defect.
  const missing = programs.flatMap(({ comparisons }) => comparisons.flatMap((each) => each.missing));
  if (missing.some(({ role, failed }) => failed && role !== 'peer')) process.exitCode = 1;
}

async function load({ module }: Program, quick: boolean): Promise<readonly Comparison[]> {
  const { comparisons } = (await import(new URL(`${module}.js`, import.meta.url).href)) as {
    comparisons: Comparisons;
  };
  return comparisons({ quick });
}

function steps(comparison: Comparison, options: RunOptions): number {
  return contendersOf(comparison, options).length * roundsOf(comparison, options);
}

function write(what: string, file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`${what}: ${relative(process.cwd(), file)}`);
}

function rewrite(document: string, json: string): void {
  const results = JSON.parse(readFileSync(json, 'utf8')) as Results;
  write('document', document, withTables(readFileSync(document, 'utf8'), results));
}

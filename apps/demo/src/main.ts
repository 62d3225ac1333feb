import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Entry, loadCatalogue } from './catalogue/catalogue.js';
import { select } from './catalogue/select.js';
import { readArguments, type Request } from './command-line.js';
import { resultsAsData } from './export/results.js';
import { traceOf } from './export/trace.js';
import { isSkip, ranOf, type Result, type Session, type Skip } from './runner/result.js';
import { runCatalogue } from './runner/run-catalogue.js';
import { exampleReport, sectionHeading, skipReport, summaryLines } from './terminal/example-report.js';
import { listing } from './terminal/listing.js';
import { opening } from './terminal/opening.js';
import { ProgressLine } from './terminal/progress-line.js';
import { styleFor } from './terminal/style.js';
import { paragraph } from './terminal/text.js';
import { defaultScale } from './time/scale.js';

/** Under the root of the repository, in a folder that git ignores. */
const defaultReport = fileURLToPath(
  new URL('../../../.cache/demo/report.html', import.meta.url),
);

process.exitCode = await main();

/** Lists or runs what was asked for. Returns the exit code: 0 when all passed or were skipped, 1, or 2 for wrong usage. */
async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2), defaultReport);
  const catalogue = await loadCatalogue(new URL('examples/', import.meta.url));
  let entries: readonly Entry[];
  try {
    entries = select(catalogue, request.numbers, request.topics);
    for (const file of [request.report, request.trace]) {
      if (typeof file === 'string') mustBeWritable(file);
    }
  } catch (error) {
    return refuse(error);
  }
  if (request.list) {
    list(entries, request.json);
    return 0;
  }
  return run(entries, catalogue.length, request);
}

function list(entries: readonly Entry[], json: boolean): void {
  if (!json) {
    process.stdout.write(`${listing(entries, styleFor(process.stdout))}\n`);
    return;
  }
  const data = entries.map(({ number, name, section, topics, example }) => {
    const { title, purpose, python, note } = example;
    return { number, name, section: section.letter, topics, title, purpose, python, note };
  });
  process.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
}

async function run(entries: readonly Entry[], all: number, request: Request): Promise<number> {
  const signal = abortedByUser(); // From the first line on.
  const scale = request.realTime ? 1 : defaultScale;
  const style = styleFor(process.stdout);
  const progress = new ProgressLine(request.json ? process.stderr : process.stdout, entries.length);
  const print = (text: string): void => {
    if (!request.json) progress.print(text);
  };
  print(opening(entries.length, all, scale, style));

  const began = new Date();
  const started = performance.now();
  const results: (Result | Skip)[] = [];
  const options = { scale, repeat: request.repeat, signal };
  for await (const result of runCatalogue(entries, options, progress)) {
    const { section } = result.entry;
    if (section !== results.at(-1)?.entry.section) print(`\n${sectionHeading(section, style)}`);
    print(`\n${isSkip(result) ? skipReport(result, style) : exampleReport(result, style)}`);
    results.push(result);
  }
  progress.close();

  const session: Session = {
    node: process.version,
    platform: process.platform,
    cpus: cpus().length,
    scale,
    began,
    duration: performance.now() - started,
    planned: entries.length,
  };
  print(`\n${style.title('─'.repeat(style.width))}`);
  const notRun = entries.length - results.length;
  print(summaryLines(results, notRun, session.duration, style).join('\n'));
  const files = await writeFiles(results, session, request);
  for (const [name, file] of Object.entries(files)) {
    if (file !== undefined) print(paragraph('', `${name}: ${shown(file)}`, style.width).join('\n'));
  }
  if (request.json) {
    process.stdout.write(`${JSON.stringify(resultsAsData(results, session, files), undefined, 2)}\n`);
  }
  return notRun === 0 && ranOf(results).every(({ passed }) => passed) ? 0 : 1;
}

/** Writes what was asked for beside the text. Returns where it is. */
async function writeFiles(
  results: readonly (Result | Skip)[],
  session: Session,
  { report, trace, open }: Request,
): Promise<{ report: string | undefined; trace: string | undefined }> {
  if (trace !== undefined) writeFileSync(trace, JSON.stringify(traceOf(ranOf(results))));
  if (report === false || results.length === 0) return { report: undefined, trace };
  // Loaded when it is needed: what draws takes a while to load.
  const { pageOf } = await import('./page/page.js');
  writeFileSync(report, pageOf(results, session));
  if (open) {
    const { openInBrowser } = await import('./page/open-in-browser.js');
    await openInBrowser(report).catch((error: unknown) => warn(error));
  }
  return { report, trace };
}

/** Makes the folder of a file, and finds out before the run whether the file can be written. */
function mustBeWritable(file: string): void {
  try {
    makeFolder(dirname(file));
    accessSync(dirname(file), constants.W_OK);
    writeFileSync(file, '', { flag: 'a' });
  } catch (error) {
    throw new Error(`cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Folder by folder: Node 20's own `recursive` never returns where a file system refuses new folders (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** The path from the folder that the user is in, when that is shorter. */
function shown(file: string): string {
  const short = relative(process.env['INIT_CWD'] ?? process.cwd(), file);
  return short.startsWith('..') ? file : short;
}

function abortedByUser(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

function refuse(error: unknown): number {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  return 2;
}

function warn(error: unknown): void {
  process.stderr.write(`warning: ${messageOf(error)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

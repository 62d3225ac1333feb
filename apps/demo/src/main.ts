import { cpus } from 'node:os';
import { type Entry, loadCatalogue } from './catalogue/catalogue.js';
import { select } from './catalogue/select.js';
import { readArguments } from './command-line.js';
import { exampleReport, sectionHeading, summaryLine } from './report/example-report.js';
import { listing } from './report/listing.js';
import { styleFor } from './report/style.js';
import { runExample } from './runner/run-example.js';
import { judge } from './runner/verdict.js';
import { defaultScale } from './time/scale.js';

const request = readArguments(process.argv.slice(2));
const style = styleFor(process.stdout);
const print = (text = ''): void => void process.stdout.write(`${text}\n`);
process.exitCode = await demonstrate();

/** Lists or runs what was asked for. Returns the exit code: 0 when all passed, 1, or 2 for wrong usage. */
async function demonstrate(): Promise<number> {
  const catalogue = await loadCatalogue(new URL('examples/', import.meta.url));
  let entries: readonly Entry[];
  try {
    entries = select(catalogue, request.numbers, request.topics);
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    return 2;
  }
  if (request.list) {
    print(listing(entries, style));
    return 0;
  }
  return run(entries);
}

async function run(entries: readonly Entry[]): Promise<number> {
  const scale = request.realTime ? 1 : defaultScale;
  const pace = request.realTime ? 'full sleeps' : `a second lasts ${scale} s (--real-time: 1 s)`;
  print(
    style.faint(`Node ${process.version}, ${process.platform}, ${cpus().length} CPUs; ${pace}`),
  );
  const interruption = abortOnSignals();
  const started = performance.now();
  const failed: Entry[] = [];
  let done = 0;
  let section: Entry['section'] | undefined;
  for (const entry of entries) {
    if (interruption.aborted) break;
    if (entry.section !== section) print(`\n${sectionHeading(entry.section, style)}`);
    section = entry.section;
    const timeLimit = (entry.example.timeLimit ?? 30) * 1000 * (request.realTime ? 2 : 1);
    const running = announce(entry);
    const outcome = await runExample(entry.file, { scale, timeLimit, signal: interruption });
    running.clear();
    const verdict = judge(entry.example, outcome, scale);
    print(`\n${exampleReport(entry, verdict, outcome.duration, style)}`);
    done += 1;
    if (!verdict.passed) failed.push(entry);
  }
  print(`\n${style.title('─'.repeat(style.width))}`);
  print(summaryLine(done - failed.length, failed, performance.now() - started, style));
  if (interruption.aborted) print(style.bad(`interrupted: ${entries.length - done} not run`));
  return failed.length > 0 || interruption.aborted ? 1 : 0;
}

/** On a terminal, says which example is running until it is done. */
function announce(entry: Entry): { clear(): void } {
  if (!process.stdout.isTTY) return { clear: () => undefined };
  process.stdout.write(style.faint(`… ${entry.number}  ${entry.example.title}`));
  return { clear: () => void process.stdout.write('\r\u001b[2K') };
}

/** The signal aborts when the user interrupts: the running example is then killed, none stays behind. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

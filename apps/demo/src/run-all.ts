import { cpus } from 'node:os';
import type { Entry } from './catalogue/catalogue.js';
import { exampleReport, sectionHeading, summaryLine } from './report/example-report.js';
import { RunningLine } from './report/running-line.js';
import { styleFor } from './report/style.js';
import { runExample } from './runner/run-example.js';
import { timeLimitOf } from './runner/time-limit.js';
import { judge } from './runner/verdict.js';

/**
 * Runs the examples one after the other, and reports on each as soon as it is done, and on all in the
 * end. Returns whether all passed. An interruption (Ctrl-C) ends the running example and what it started.
 *
 * @param scale The length of a demo second in seconds.
 */
export async function runAll(entries: readonly Entry[], scale: number): Promise<boolean> {
  const style = styleFor(process.stdout);
  const running = new RunningLine(process.stdout, style);
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const pace = scale === 1 ? 'full sleeps' : `a second lasts ${scale} s (--real-time: 1 s)`;
  print(
    style.faint(`Node ${process.version}, ${process.platform}, ${cpus().length} CPUs; ${pace}`),
  );

  const signal = abortedByUser();
  const started = performance.now();
  const failed: Entry[] = [];
  let done = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.section !== entries[index - 1]?.section) {
      print(`\n${sectionHeading(entry.section, style)}`);
    }
    running.show(entry);
    const outcome = await runExample(entry.file, {
      scale,
      timeLimit: timeLimitOf(entry.example, scale),
      signal,
      onProgress: (progress) => running.show(entry, progress),
    });
    running.clear();
    if (signal.aborted) break;
    const verdict = judge(entry.example, outcome, scale);
    print(`\n${exampleReport(entry, verdict, outcome.duration, style)}`);
    done += 1;
    if (!verdict.passed) failed.push(entry);
  }
  print(`\n${style.title('─'.repeat(style.width))}`);
  print(summaryLine(done - failed.length, failed, performance.now() - started, style));
  if (done < entries.length) print(style.bad(`interrupted: ${entries.length - done} not run`));
  return failed.length === 0 && done === entries.length;
}

function abortedByUser(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

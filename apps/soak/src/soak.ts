// The soak itself; main.ts starts it.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isMain } from '@manycore/process';
import type { Request } from './command-line.js';
import { type Checkpoint, settle } from './monitor/checkpoint.js';
import { descendants } from './monitor/descendants.js';
import { memoryPrefix } from './monitor/figures.js';
import { judgeGrowth } from './monitor/growth.js';
import { Plan } from './plan/plan.js';
import type { Report } from './report/report.js';
import { checkpointLine, growthText, reportText } from './report/text.js';
import { FailureList } from './run/failure-list.js';
import { Runner } from './run/runner.js';
import { Tally } from './run/tally.js';
import { describeError } from './run/violation.js';
import { scenarios } from './scenarios/catalogue.js';

if (isMain(import.meta)) await main(JSON.parse(process.argv[2] ?? '{}') as Request);

async function main(request: Request): Promise<void> {
  const { seed, minutes } = request;
  const tally = new Tally();
  const runner = new Runner({
    plan: new Plan(seed, scenarios, request.only),
    shared: { tally, sabotage: request.sabotage },
    lanes: request.lanes,
    limit: request.limit * 1000,
    maxRuns: request.runs,
  });
  const failures = new FailureList(request, runner);
  const interruption = { came: false };
  process.on('SIGINT', () => {
    // The first time: no further run begins. The second time: now.
    if (interruption.came) process.exit(1);
    interruption.came = true;
    console.log('interrupted: waiting for what runs');
    runner.stop();
  });
  process.on('warning', (warning) => failures.add('program', 'error', describeError(warning)));
  process.on('uncaughtException', (error) => failures.add('program', 'error', describeError(error)));
  // The launcher ended without a word: what comes is not read.
  process.on('disconnect', () => process.exit(1));
  const heartbeat = setInterval(() => process.send?.('alive'), 1000);

  console.log(`seed ${seed}, ${minutes} min, Node ${process.version}, log ${request.log}`);
  const begin = performance.now();
  const end = begin + minutes * 60_000;
  const checkpoints: Checkpoint[] = [];
  while (!runner.stopped && performance.now() < end) {
    const next = Math.min(end, performance.now() + request.checkpoint * 1000);
    await runner.runUntil(next, request.checkpointRuns);
    failures.print();
    try {
      const figures = await settle();
      const at = (performance.now() - begin) / 1000;
      const checkpoint = { at, runs: runner.runs, figures };
      checkpoints.push(checkpoint);
      console.log(checkpointLine(checkpoint, tally.total()));
    } catch (error) {
      failures.add('program', 'error', describeError(error));
      runner.stop();
    }
  }

  if (runner.runs === 0 && !interruption.came) failures.add('program', 'error', 'nothing was run');
  const growth = judgeGrowth(checkpoints);
  for (const each of growth.filter(({ verdict }) => verdict === 'grows')) {
    failures.add('growth', 'growth', growthText(each));
  }
  const report: Report = {
    verdict: runner.failures.length === 0 ? 'ok' : 'failed',
    interrupted: interruption.came,
    seed,
    node: process.version,
    seconds: (performance.now() - begin) / 1000,
    runs: runner.runs,
    scenarios: Object.fromEntries(
      [...runner.durations].map(([name, { runs, longest }]) => [name, { runs, longest: longest / 1000 }]),
    ),
    operations: tally.entries(),
    checkpoints,
    growth,
    failures: runner.failures,
  };
  console.log(reportText(report));
  if (request.json !== undefined) writeFileSync(request.json, JSON.stringify(report, null, 2));
  clearInterval(heartbeat);
  cleanUp();
  process.send?.('reported');
  // What hangs may keep this process alive.
  process.exit(report.verdict === 'ok' ? 0 : 1);
}

/** After a failure things may be left: they must not outlive the soak. */
function cleanUp(): void {
  for (const { pid } of descendants()) process.kill(pid, 'SIGKILL');
  for (const name of readdirSync('/dev/shm')) {
    if (name.startsWith(memoryPrefix)) rmSync(`/dev/shm/${name}`, { force: true });
  }
}

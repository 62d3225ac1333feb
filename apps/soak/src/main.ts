// `npm run soak`: starts the soak itself (soak.ts) in a process group of its own, so that Ctrl-C reaches
// only what is to end by it, and ends the whole group if the soak can no longer do that itself.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeProcesses, deriveLineage, lineageVariable, listLineage } from '@manycore/testing/processes';
import { readArguments } from './command-line.js';
import { Plan } from './plan/plan.js';
import { scenarios } from './scenarios/catalogue.js';

/** For how long the soak may say nothing, in milliseconds: its main thread is blocked then. */
const silence = 120_000;

const request = readArguments(process.argv.slice(2));
if (request.list) {
  for (const { name, weight } of scenarios) console.log(`${name} (weight ${weight})`);
} else {
  try {
    const plan = new Plan(request.seed, scenarios, request.only);
    if (request.plan === undefined) process.exitCode = await soak();
    for (let i = 0; i < (request.plan ?? 0); i += 1) {
      const { id, seed } = plan.next();
      console.log(`${id} seed ${seed}`);
    }
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}

/** Runs it; its exit code, or 1 when it had to be killed. */
async function soak(): Promise<number> {
  const log = openSync(request.log, 'w');
  const { mark, value } = deriveLineage(process.env);
  const child = spawn(
    process.execPath,
    ['--expose-gc', fileURLToPath(new URL('./soak.js', import.meta.url)), JSON.stringify(request)],
    {
      detached: true,
      stdio: ['ignore', 'inherit', log, 'ipc'],
      env: { ...process.env, [lineageVariable]: value },
    },
  );
  closeSync(log);
  const interrupt = (): void => {
    child.kill('SIGINT');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  /** What the soak said last. */
  const seen = { reported: false, at: performance.now() };
  child.on('message', (message) => {
    seen.reported = message === 'reported';
    seen.at = performance.now();
  });
  const watch = setInterval(() => {
    if (performance.now() - seen.at < silence) return;
    console.error(`✗ the soak has said nothing for ${silence / 1000} s: its main thread is blocked`);
    console.error(describeProcesses(listLineage(mark, process.pid)));
    child.kill('SIGKILL');
  }, 1000);

  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('exit', resolve);
  });
  clearInterval(watch);
  for (const { pid } of listLineage(mark, process.pid)) kill(pid);
  if (code === 0) return 0;
  if (!seen.reported) {
    const tail = readFileSync(request.log, 'utf8').split('\n').slice(-40).join('\n');
    console.error(`✗ the soak ended without a report (exit code ${String(code)}), seed ${request.seed}\n${tail}`);
  }
  console.error(`what was written to standard error: ${request.log}`);
  return 1;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

import { isMain } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { timeScale } from '../time/scale.js';
import { MainContext } from '../monitor/main-context.js';
import { runWorker, untilShutdown, type WorkerContext } from '../monitor/worker.js';

export function ready(context: WorkerContext): Promise<void> {
  return runWorker(context, () =>
    untilShutdown(context, () => context.shutdown.wait({ timeout: 60_000 })),
  );
}

/** Never says that it is ready. */
export function stuck(_context: WorkerContext): Promise<never> {
  return new Promise<never>(() => setInterval(() => undefined, 1000));
}

interface Facts {
  /** How long main waited for the worker that never became ready, in demo seconds. */
  readonly waited: number;
}

async function main(): Promise<Facts> {
  const context = new MainContext();
  const worker = await context.start(ready, 'READY', []);
  console.log('READY has started');
  const start = now();
  try {
    await context.start(stuck, 'STUCK', [], 3000 * timeScale());
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
  }
  const waited = (now() - start) / 1000 / timeScale();
  await context.stop();
  console.log(`READY has stopped, exit code ${worker.process.exitCode ?? 'None'}`);
  return { waited };
}

export const example: Example<Facts> = {
  title: 'The start: a handshake within 3 seconds, or an error',
  purpose:
    'A worker tells when it is ready. One that does not, within three seconds, is ended with an error instead of being waited for forever.',
  main,
  expected: [
    'READY has started',
    'STUCK did not start up in time and was terminated',
    'READY has stopped, exit code 0',
  ],
  check: ({ facts }) => [claim('main waited for 3 seconds or more', facts.waited >= 3)],
  python:
    'The same handshake with an Event in shared memory; terminate and join are the same.',
  figure: {
    caption:
      'READY answers and is told to shut down in the end. STUCK never answers, and is terminated when its time is over.',
    parts: [{ kind: 'sequence', lanes: ['MAIN', 'READY', 'STUCK'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

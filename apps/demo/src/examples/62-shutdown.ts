import { isMain } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { MainContext } from '../monitor/main-context.js';
import { runWorker, tell, type WorkerContext } from '../monitor/worker.js';

/** Ends when it is told to. */
export function obedient(context: WorkerContext): Promise<void> {
  return runWorker(context, () => context.shutdown.wait());
}

/** Ready, but deaf to shutdown; SIGTERM ends it, as it handles none. */
export async function deaf(context: WorkerContext): Promise<never> {
  await tell(context, 'STATUS', 'deaf');
  context.startup.set();
  return new Promise<never>(() => setInterval(() => undefined, 1000));
}

interface Facts {
  /** How long the stop took, in milliseconds. */
  readonly time: number;
}

async function main(): Promise<Facts> {
  const context = new MainContext();
  await context.start(obedient, 'OBEDIENT', []);
  await context.start(deaf, 'DEAF', []);
  console.log('shutting down');
  const start = now();
  const left = await context.stop();
  const time = now() - start;
  for (const { name, process } of context.workers) {
    console.log(`${name}: exit code ${process.exitCode ?? 'None'}`);
  }
  console.log(`${left} events were left`);
  return { time };
}

export const example: Example<Facts> = {
  title: 'The shutdown: asked to end, then made to',
  purpose:
    'The end of a program with many workers: they are asked, get three seconds together, and those that still run are terminated.',
  main,
  expected: ['shutting down', 'OBEDIENT: exit code 0', 'DEAF: exit code -15', '3 events were left'],
  check: ({ facts }) => [
    claim('the workers had 3 seconds to end by themselves', facts.time >= 3000),
  ],
  python:
    'The same steps; a process ended by SIGTERM has exit code −15 in both.',
  figure: {
    caption:
      'Both workers are told at the same time. OBEDIENT ends at once; DEAF does not listen, and gets SIGTERM when the three seconds are over.',
    parts: [{ kind: 'sequence', lanes: ['MAIN', 'OBEDIENT', 'DEAF'] }],
  },
  note: 'The events left are the STATUS of DEAF, the END of main, and the SHUTDOWN of OBEDIENT. The 3 seconds are a limit, not a sleep: they are not scaled.',
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { sequence } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { MainContext, type StartedWorker } from '../monitor/main-context.js';
import { runWorker, type WorkerContext } from '../monitor/worker.js';

/** Ends when it is told to. */
export function obedient(context: WorkerContext): Promise<void> {
  return runWorker(context, () => context.shutdown.wait());
}

/** Pays no attention to shutdown. */
export function stubborn(context: WorkerContext): Promise<void> {
  return runWorker(context, () => new Promise(() => setInterval(() => undefined, 1000)));
}

export function failing(context: WorkerContext): Promise<void> {
  return runWorker(context, () => Promise.reject(new RangeError('too hot')));
}

async function main(): Promise<void> {
  await observe(obedient, 'OBEDIENT', ['SIGTERM']);
  await observe(stubborn, 'STUBBORN', ['SIGINT', 'SIGTERM', 'SIGINT']);
  await observe(failing, 'FAILING', []);
}

/** Starts the worker, sends it the signals one by one, and prints what it says and how it ends. */
async function observe(
  target: (context: WorkerContext) => Promise<void>,
  name: string,
  signals: readonly NodeJS.Signals[],
): Promise<void> {
  const context = new MainContext();
  const worker = await context.start(target, name, []);
  for (const signal of signals) {
    record.message('MAIN', name, signal);
    process.kill(worker.process.pid ?? NaN, signal);
    await nextEvent(context);
  }
  await nextEvent(context);
  await ended(worker);
}

async function nextEvent({ events }: MainContext): Promise<void> {
  const { source, type, text } = await events.get();
  console.log(`${source}: ${type} ${text}`);
}

async function ended({ name, process: child }: StartedWorker): Promise<void> {
  await child.join();
  console.log(`${name}: exit code ${child.exitCode ?? 'None'}`);
  record.moment(name, `exit code ${child.exitCode ?? 'None'}`);
}

export const example: Example = {
  title: 'Signals and exit codes',
  purpose:
    'How a worker ends: at the first signal by its own choice, at the third in any case, and by an error; its exit code tells which.',
  main,
  expected: [
    sequence(
      'OBEDIENT: SIGNAL SIGTERM, the first',
      'OBEDIENT: SHUTDOWN Normal',
      'OBEDIENT: exit code 0',
    ),
    sequence(
      'STUBBORN: SIGNAL SIGINT, the first',
      'STUBBORN: SIGNAL SIGTERM, the second',
      'STUBBORN: SIGNAL SIGINT, the third',
      'STUBBORN: FATAL Interruption: 3 signals',
      'STUBBORN: exit code 1',
    ),
    sequence('FAILING: FATAL RangeError: too hot', 'FAILING: exit code 2'),
  ],
  python:
    'INT and TERM are handled by functions in both, and the exit codes are the same: 0, 1, 2.',
  figure: {
    caption:
      'The signals that main sends, and what the workers report. OBEDIENT ends after the first, STUBBORN after the third, FAILING by itself.',
    parts: [{ kind: 'sequence', lanes: ['MAIN', 'OBEDIENT', 'STUBBORN', 'FAILING'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

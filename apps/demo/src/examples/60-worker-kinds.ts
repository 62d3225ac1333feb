import { isMain, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { timeScale } from '../time/scale.js';
import { MainContext } from './monitor/main-context.js';
import {
  everyInterval,
  runWorker,
  tell,
  untilEnd,
  untilShutdown,
  type WorkerContext,
} from './monitor/worker.js';

/** Goes on until shutdown. */
export function loop(context: WorkerContext): Promise<void> {
  return runWorker(context, () =>
    untilShutdown(context, async () => {
      await tell(context, 'STATUS', 'looping');
      await context.shutdown.wait();
    }),
  );
}

/** Ticks at an interval, in milliseconds. */
export function timer(context: WorkerContext, interval: number): Promise<void> {
  return runWorker(context, () =>
    everyInterval(context, interval, () => tell(context, 'STATUS', String(now()))),
  );
}

/** Handles what the queue brings, until END. */
export function queue(context: WorkerContext, items: Queue<string>): Promise<void> {
  return runWorker(context, () =>
    untilEnd(context, items, (item) => tell(context, 'STATUS', item)),
  );
}

interface Facts {
  /** When the timer was started and when it ticked, in milliseconds. */
  readonly started: number;
  readonly ticks: readonly number[];
  readonly interval: number;
}

const tickCount = 3;

async function main(): Promise<Facts> {
  const context = new MainContext();
  const interval = 1000 * timeScale();
  const items = new Queue<string>({ scope: 'processes' });

  await context.start(queue, 'QUEUE', [items]);
  for (const item of ['first', 'second', 'END', 'third']) await items.put(item);
  for await (const { type, text } of context.events) {
    console.log(`QUEUE: ${type} ${text}`);
    if (type === 'SHUTDOWN') break;
  }

  await context.start(loop, 'LOOP', []);
  console.log(`LOOP: ${(await context.events.get()).text}`);

  const started = now();
  await context.start(timer, 'TIMER', [interval]);
  const ticks: number[] = [];
  while (ticks.length < tickCount) ticks.push(Number((await context.events.get()).text));
  console.log(`TIMER: ${ticks.length} ticks`);

  await context.stop();
  for (const { name, process } of context.workers) {
    console.log(`${name} has stopped, exit code ${process.exitCode ?? 'None'}`);
  }
  return { started, ticks, interval };
}

export const example: Example<Facts> = {
  title: 'Workers: a loop, a timer, a queue',
  main,
  expected: [
    'QUEUE: STATUS first',
    'QUEUE: STATUS second',
    'QUEUE: SHUTDOWN Normal',
    'LOOP: looping',
    'TIMER: 3 ticks',
    'QUEUE has stopped, exit code 0',
    'LOOP has stopped, exit code 0',
    'TIMER has stopped, exit code 0',
  ],
  check: ({ facts: { started, ticks, interval } }) => [
    claim(
      'the third tick came three intervals after the start, or later',
      (ticks.at(-1) ?? 0) - started >= tickCount * interval,
    ),
  ],
  note: 'The timer ticks every 10 seconds on the page, every second here.',
};

if (isMain(import.meta)) await runAsProgram(example);

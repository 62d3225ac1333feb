import { isMain, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { timeScale } from '../time/scale.js';
import { MainContext } from '../monitor/main-context.js';
import {
  everyInterval,
  runWorker,
  tell,
  untilEnd,
  untilShutdown,
  type WorkerContext,
} from '../monitor/worker.js';

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
    everyInterval(context, interval, () => tell(context, 'STATUS', 'tick')),
  );
}

/** Handles what the queue brings, until END. */
export function queue(context: WorkerContext, items: Queue<string>): Promise<void> {
  return runWorker(context, () =>
    untilEnd(context, items, (item) => tell(context, 'STATUS', item)),
  );
}

interface Facts {
  /** When the timer was started, in milliseconds. */
  readonly started: number;
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
  for (let ticks = 0; ticks < tickCount; ticks += 1) await context.events.get();
  console.log(`TIMER: ${tickCount} ticks`);

  await context.stop();
  for (const { name, process } of context.workers) {
    console.log(`${name} has stopped, exit code ${process.exitCode ?? 'None'}`);
  }
  return { started, interval };
}

export const example: Example<Facts> = {
  title: 'Workers: a loop, a timer, a queue',
  purpose:
    'Three kinds of workers: one that loops until shutdown, one that acts at an interval, one that handles what a queue brings until END.',
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
  check: ({ facts: { started, interval }, recording }) => {
    const ticks = only(recording, 'message').filter(({ label }) => label === 'STATUS tick');
    return [
      claim(
        'the third tick came three intervals after the start, or later',
        (ticks[tickCount - 1]?.at ?? 0) - started >= tickCount * interval,
      ),
    ];
  },
  python:
    'The classes of the page are functions here, with the same conditions for their end.',
  figure: {
    caption:
      'Each worker with its messages to main; the ticks of TIMER come an interval apart.',
    parts: [{ kind: 'sequence', lanes: ['MAIN', 'QUEUE', 'LOOP', 'TIMER'] }],
  },
  note: 'The timer ticks every 10 seconds on the page, every second here.',
};

if (isMain(import.meta)) await runAsProgram(example);

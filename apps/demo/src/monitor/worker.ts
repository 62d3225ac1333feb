import { type Event, type Queue, TimeoutError } from 'manycore';
import { record } from '../recording/recorder.js';
import type { Message, MessageType } from './message.js';
import { safeGet, safePut } from './queue-access.js';

/** What main gives to each of its workers. */
export interface WorkerContext {
  readonly name: string;
  /** The worker sets it when it is ready. */
  readonly startup: Event;
  /** Main sets it when all are to end. */
  readonly shutdown: Event;
  readonly events: Queue<Message>;
}

/** The signals that ask a worker to end, and how many of them make it. */
const signals = ['SIGINT', 'SIGTERM'] as const;
const mostSignals = 3;

class Interruption extends Error {
  override readonly name = 'Interruption';
}

/**
 * Runs a worker process: says that it is ready, does its work, and reports how it ended. INT and TERM set
 * the shutdown event; the third raises. Exit code 0 after a normal end, 1 after an interruption, 2 after
 * any other error, which goes to main as a FATAL event.
 */
export async function runWorker(context: WorkerContext, work: () => Promise<void>): Promise<void> {
  const interruption = interruptedBySignals(context);
  try {
    record.message(context.name, 'MAIN', 'ready');
    context.startup.set();
    await Promise.race([work(), interruption.promise]);
    await tell(context, 'SHUTDOWN', 'Normal');
  } catch (error) {
    await tell(context, 'FATAL', String(error));
    process.exit(error instanceof Interruption ? 1 : 2);
  } finally {
    interruption.stop();
  }
}

export async function tell(
  { name, events }: WorkerContext,
  type: MessageType,
  text: string,
): Promise<void> {
  record.message(name, 'MAIN', text === type ? type : `${type} ${text}`);
  await safePut(events, { source: name, type, text });
}

/** Does the step over and over, until shutdown. */
export async function untilShutdown(
  { shutdown }: WorkerContext,
  step: () => Promise<void>,
): Promise<void> {
  while (!shutdown.isSet) await step();
}

/** Does the step whenever so many milliseconds have passed, until shutdown. */
export async function everyInterval(
  context: WorkerContext,
  milliseconds: number,
  step: () => Promise<void>,
): Promise<void> {
  let due = performance.now() + milliseconds;
  while (!(await shutdownWithin(context, Math.max(0, due - performance.now())))) {
    await step();
    due += milliseconds;
  }
}

/** Handles what comes through the queue, until END comes, or shutdown. */
export async function untilEnd<T>(
  context: WorkerContext,
  queue: Queue<T | 'END'>,
  handle: (item: T) => Promise<void>,
): Promise<void> {
  while (!context.shutdown.isSet) {
    const item = await safeGet(queue);
    if (item === 'END') return;
    if (item !== undefined) await handle(item);
  }
}

async function shutdownWithin({ shutdown }: WorkerContext, timeout: number): Promise<boolean> {
  try {
    await shutdown.wait({ timeout });
    return true;
  } catch (error) {
    if (error instanceof TimeoutError) return false;
    throw error;
  }
}

function interruptedBySignals(context: WorkerContext): { promise: Promise<never>; stop(): void } {
  let count = 0;
  let onSignal = (_signal: NodeJS.Signals): void => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    onSignal = (signal) => {
      count += 1;
      context.shutdown.set();
      void tell(
        context,
        'SIGNAL',
        `${signal}, the ${['first', 'second', 'third'][count - 1] ?? ''}`,
      );
      if (count === mostSignals) reject(new Interruption(`${mostSignals} signals`));
    };
  });
  for (const signal of signals) process.on(signal, onSignal);
  return {
    promise,
    stop() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

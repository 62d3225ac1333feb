import { Event, Process, Queue, TimeoutError } from 'manycore';
import { record } from '../recording/recorder.js';
import type { Message } from './message.js';
import { drain, safePut } from './queue-access.js';
import type { WorkerContext } from './worker.js';

/** What main does with a process, whatever function it runs. */
type WorkerProcess = Pick<Process, 'pid' | 'exitCode' | 'isAlive' | 'join' | 'terminate' | 'kill'>;

/** A worker of main, with the process that runs it. */
export interface StartedWorker {
  readonly name: string;
  readonly process: WorkerProcess;
}

/** How long a worker may take to say that it is ready, in milliseconds. */
const startupPatience = 3000;
/** How long all workers together may take to end by themselves, in milliseconds. */
const joinBudget = 3000;
const terminateTries = 3;
const terminatePause = 10;
/** How long a worker that was told three times may then take, on a busy machine, before it is killed. */
const lastPatience = 10_000;

/** What main holds: the event queue, the shutdown event, its workers; and how they start and stop. */
export class MainContext {
  readonly events: Queue<Message> = new Queue<Message>({ scope: 'processes' });
  readonly shutdown: Event = new Event({ scope: 'processes' });
  readonly #workers: StartedWorker[] = [];

  get workers(): readonly StartedWorker[] {
    return this.#workers;
  }

  /** What a worker of that name is given. */
  workerContext(name: string): WorkerContext {
    const { events, shutdown } = this;
    return { name, events, shutdown, startup: new Event({ scope: 'processes' }) };
  }

  /**
   * Starts a worker, and resolves when it says that it is ready.
   *
   * @throws Error when it does not within the time: it is terminated then.
   */
  async start<A extends unknown[]>(
    target: (context: WorkerContext, ...rest: A) => Promise<void>,
    name: string,
    rest: A,
    patience = startupPatience,
  ): Promise<StartedWorker> {
    const context = this.workerContext(name);
    const args: [WorkerContext, ...A] = [context, ...rest];
    const child = new Process<typeof target>({ target, args, name }).start();
    record.message('MAIN', name, 'starts');
    const worker = { name, process: child };
    try {
      await context.startup.wait({ timeout: patience });
    } catch (error) {
      record.message('MAIN', name, 'SIGTERM: not ready in time');
      child.terminate();
      await child.join();
      if (!(error instanceof TimeoutError)) throw error;
      throw new Error(`${name} did not start up in time and was terminated`, { cause: error });
    }
    this.#workers.push(worker);
    return worker;
  }

  /**
   * Ends the workers: an END event, the shutdown event, time for all together to end by themselves, then
   * up to three times SIGTERM. Returns how many events were left in the queue.
   */
  async stop(): Promise<number> {
    await safePut(this.events, { source: 'MAIN', type: 'END', text: 'END' });
    for (const { name, process } of this.#workers) {
      if (process.isAlive()) record.message('MAIN', name, 'shutdown');
    }
    this.shutdown.set();
    const deadline = performance.now() + joinBudget;
    for (const worker of this.#workers) {
      await joinWithin(worker.process, Math.max(0, deadline - performance.now()));
      if (!worker.process.isAlive()) recordEnd(worker);
    }
    for (const worker of this.#workers.filter(({ process }) => process.isAlive())) {
      const { name, process } = worker;
      for (let tries = 0; process.isAlive() && tries < terminateTries; tries += 1) {
        record.message('MAIN', name, 'SIGTERM');
        process.terminate();
        await joinWithin(process, terminatePause);
      }
      await joinWithin(process, lastPatience);
      if (process.isAlive()) process.kill();
      await process.join();
      recordEnd(worker);
    }
    return (await drain(this.events)).length;
  }
}

function recordEnd({ name, process }: StartedWorker): void {
  record.moment(name, `exit code ${process.exitCode ?? 'None'}`);
}

async function joinWithin(process: WorkerProcess, timeout: number): Promise<void> {
  try {
    await process.join({ timeout });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}

import { Process, WorkerDiedError } from '@manycore/process';
import { Thread } from '@manycore/thread';
import type { Scope } from '@manycore/memory';
import type { Random } from '../plan/random.js';
import type { Context } from '../run/context.js';
import { check } from '../run/violation.js';

export type AnyFunction = (...args: never[]) => unknown;
export type PartyKind = 'thread' | 'process';

/** The parties that can reach things of this scope. */
export function partyKind(random: Random, scope: Scope): PartyKind {
  return scope === 'threads' || random.chance(0.4) ? 'thread' : 'process';
}

/** How a party ended: what its function returned, or why there is nothing. */
export type PartyOutcome<R> =
  | { readonly value: R; readonly died: false }
  | { readonly error: unknown; readonly died: boolean };

/** How likely each disturbance is, and within how many milliseconds it comes. */
export interface Chances {
  readonly kill: number;
  readonly stop: number;
  readonly within: number;
}

const deadly = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** A thread or process that takes part in a scenario, and can be killed and stopped from outside. */
export class Party<F extends AnyFunction> {
  readonly label: string;
  readonly kind: PartyKind;
  /** It was killed on purpose, before it was known to have ended. */
  killed = false;
  readonly #context: Context;
  readonly #activity: Thread<F> | Process<F>;
  readonly #disturbances: Promise<void>[] = [];

  /** Starts it. */
  constructor(context: Context, kind: PartyKind, label: string, target: F, args: Readonly<Parameters<F>>) {
    this.#context = context;
    this.kind = kind;
    this.#activity = kind === 'thread' ? thread(target, args) : childProcess(target, args);
    this.#activity.start();
    const id = this.#activity instanceof Process ? this.#activity.pid : this.#activity.id;
    this.label = `${label} (${kind} ${String(id)})`;
    context.count(`${kind}: started`);
    context.defer(() => this.#end());
  }

  get isAlive(): boolean {
    return this.#activity.isAlive();
  }

  /** Waits until it is gone; never rejects. */
  async outcome(): Promise<PartyOutcome<Awaited<ReturnType<F>>>> {
    const activity = this.#activity;
    await this.#context.waitFor(`the end of ${this.label}`, activity.join());
    await Promise.all(this.#disturbances);
    return this.#context.waitFor(
      `the result of ${this.label}`,
      activity.result.then(
        (value) => ({ value, died: false }) as const,
        (error: unknown) => ({ error, died: error instanceof WorkerDiedError }) as const,
      ),
    );
  }

  /**
   * Waits until it is gone; what its function returned, or undefined when it was killed before.
   *
   * @throws what the function threw, and WorkerDiedError when it was not killed on purpose.
   */
  async result(): Promise<Awaited<ReturnType<F>> | undefined> {
    const outcome = await this.outcome();
    if ('value' in outcome) return outcome.value;
    if (outcome.died && this.killed) return undefined;
    throw outcome.error;
  }

  /** Ends it at once, in one of several ways. */
  kill(random: Random): void {
    const activity = this.#activity;
    if (!activity.isAlive()) return;
    this.killed = true;
    this.#context.count(`${this.kind}: killed`);
    if (activity instanceof Thread) {
      activity.terminate();
      return;
    }
    const signal = random.pick(deadly);
    if (signal === 'SIGKILL') activity.kill();
    else if (signal === 'SIGTERM') activity.terminate();
    else sendSignal(activity.pid, signal);
  }

  /**
   * Kills it after some time, or stops a process for a while, or leaves it alone. The time counts from when
   * it has begun its work, and now and then from its start.
   */
  disturb(random: Random, chances: Chances, hasBegun: () => boolean): void {
    const [kills, stops] = [random.chance(chances.kill), random.chance(chances.stop)];
    const early = random.chance(0.2);
    const stopAt = random.int(0, chances.within);
    const stopFor = random.int(1, 250);
    const killAt = random.int(0, chances.within);
    const begun = (): Promise<void> => (early ? Promise.resolve() : this.#begun(hasBegun));
    if (stops && this.kind === 'process') {
      this.#disturbances.push(begun().then(() => this.#stop(stopAt, stopFor)));
    }
    if (kills) {
      const kill = (): void => this.kill(random);
      this.#disturbances.push(begun().then(() => this.#context.pause(killAt)).then(kill));
    }
  }

  async #begun(hasBegun: () => boolean): Promise<void> {
    while (this.isAlive && !hasBegun()) await this.#context.pause(3);
  }

  async #stop(after: number, duration: number): Promise<void> {
    await this.#context.pause(after);
    const activity = this.#activity;
    if (!(activity instanceof Process) || !activity.isAlive()) return;
    this.#context.count('process: stopped');
    sendSignal(activity.pid, 'SIGSTOP');
    await this.#context.pause(duration);
    if (activity.isAlive()) sendSignal(activity.pid, 'SIGCONT');
  }

  /** After a failure it may still be there. */
  async #end(): Promise<void> {
    const activity = this.#activity;
    if (!activity.isAlive()) return;
    if (activity instanceof Thread) activity.terminate();
    else activity.kill();
    await activity.join({ timeout: 10_000 });
  }
}

/** Waits for all: what each returned, those that were killed left out. */
export async function resultsOf<F extends AnyFunction>(
  parties: readonly Party<F>[],
): Promise<Awaited<ReturnType<F>>[]> {
  const results = await Promise.allSettled(parties.map((party) => party.result()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((result, i) => {
    if (result.status !== 'fulfilled' || parties[i]?.killed !== false) return [];
    return [result.value as Awaited<ReturnType<F>>];
  });
}

function thread<F extends AnyFunction>(target: F, args: Readonly<Parameters<F>>): Thread<F> {
  return new Thread<F>({ target, args });
}

function childProcess<F extends AnyFunction>(target: F, args: Readonly<Parameters<F>>): Process<F> {
  return new Process<F>({ target, args });
}

export function sendSignal(pid: number | undefined, signal: NodeJS.Signals): void {
  check(pid !== undefined, 'a started process has no pid');
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

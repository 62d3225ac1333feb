import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { type Destination, pack, type Packed, unpack } from '@manycore/core/internal';
import type { Scope } from '@manycore/memory';
import { threadEnded } from '@manycore/memory/internal';
import { portable } from '@manycore/testing';

const script = new URL('../fixtures/party.mjs', import.meta.url);

interface Answer {
  readonly id: number;
  readonly packed: Packed;
  readonly failed: boolean;
}

/** Where parties can run that share a thing of the scope. */
export const scopes: readonly Scope[] = ['threads', 'processes'];

/** A worker thread, or another process, that runs the functions of `fixtures/party.mjs` when told to. */
export class Party implements AsyncDisposable {
  /** Resolves once it is gone. */
  readonly gone: Promise<unknown>;
  readonly #worker: Worker | ChildProcess;
  readonly #to: Destination;
  readonly #calls = new Map<number, (answer: Answer) => void>();
  #last = 0;

  constructor(to: Destination, execArgv: readonly string[] = []) {
    this.#to = to;
    this.#worker =
      to === 'thread'
        ? new Worker(script)
        : fork(script, { serialization: 'advanced', execArgv: [...execArgv] });
    const { threadId } = this;
    // A worker of Node's own: where the system lists no threads, its end must be told.
    if (portable && to === 'thread') this.#worker.once('exit', () => threadEnded(threadId));
    this.gone = once(this.#worker, 'exit');
    (this.#worker as NodeJS.EventEmitter).on('message', (answer: Answer) => {
      this.#calls.get(answer.id)?.(answer);
      this.#calls.delete(answer.id);
    });
  }

  /** Node's number of the thread; −1 for a process. */
  get threadId(): number {
    return this.#worker instanceof Worker ? this.#worker.threadId : -1;
  }

  get pid(): number {
    const { pid } = this.#worker instanceof Worker ? process : this.#worker;
    if (pid === undefined) throw new Error('the process did not start');
    return pid;
  }

  /** Runs a function of the fixture there; rejects with what it throws, or when the party is gone. */
  async tell<T = unknown>(name: string, ...args: readonly unknown[]): Promise<T> {
    const { packed } = pack(args, this.#to, 'args');
    const id = (this.#last += 1);
    const answered = new Promise<Answer>((resolve) => this.#calls.set(id, resolve));
    const message = { id, name, packed };
    if (this.#worker instanceof Worker) this.#worker.postMessage(message);
    else this.#worker.send(message);
    const gone = this.gone.then(() => Promise.reject(new Error('the party is gone')));
    const answer = await Promise.race([answered, gone]);
    const value = await unpack(answer.packed);
    if (answer.failed) throw value;
    return value as T;
  }

  /** Ends it at once, whatever it is doing: terminates the thread, kills the process. */
  async kill(): Promise<void> {
    if (this.#worker instanceof Worker) await this.#worker.terminate();
    else {
      this.#worker.kill('SIGKILL');
      await this.gone;
    }
  }

  /** Sends a signal to the process. */
  signal(name: NodeJS.Signals): void {
    if (!(this.#worker instanceof Worker)) this.#worker.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** Starts `size` parties that can share a thing of the scope; disposing ends them all. */
export function crew(scope: Scope, size: number): Party[] & AsyncDisposable {
  const to = scope === 'threads' ? 'thread' : 'process';
  return gather(Array.from({ length: size }, () => new Party(to)));
}

/** A thread and a process, or two threads where only those can share. */
export function mixedCrew(scope: Scope): Party[] & AsyncDisposable {
  return gather([new Party('thread'), new Party(scope === 'threads' ? 'thread' : 'process')]);
}

/** Disposing of the list ends all parties. */
export function gather(parties: Party[]): Party[] & AsyncDisposable {
  return Object.assign(parties, {
    async [Symbol.asyncDispose]() {
      await Promise.all(parties.map((party) => party.kill()));
    },
  });
}

import type { ExitStatus } from '@manycore/core';
import {
  type Deferred,
  deferred,
  type Destination,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { guardChannel, isMessage } from './platform/ipc-guard.js';
import { type ChildProcess, signalNumber } from './platform/node.js';
import { closingMark, type EntryFailure, isEntryFailure } from './process-init.js';
import { startFailure, type SystemOptions } from './process-options.js';

/** The parent's end of the IPC channel to a child process. */
export class ChildChannel implements WorkerEndpoint {
  readonly destination: Destination = 'process';
  readonly child: ChildProcess;
  readonly #departed: Deferred<ExitStatus> = deferred<ExitStatus>();
  #exit: ExitStatus | undefined;
  #failure: unknown;
  /** Why the child ends: it wrote what is no message to the channel, or could not load what it was to run. */
  #cause: unknown;
  #unreadableListener: ((cause: unknown) => void) | undefined;
  readonly #waitingUnreadable: unknown[] = [];

  constructor(child: ChildProcess, options: SystemOptions = {}) {
    this.child = child;
    // The channel must close as well: what the child posted may still be on its way when it exits.
    child.once('exit', (code, signal) => {
      this.#exit = exitStatus(code, signal);
      this.#settle();
    });
    child.once('disconnect', () => this.#settle());
    guardChannel(child, (cause) => this.#unreadable(cause));
    // Not started at all, or a message that could not be sent because the child is ending.
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      this.#failure = error;
      this.#departed.resolve({ exitCode: 1, cause: startFailure(error, options) });
    });
  }

  #settle(): void {
    if (!this.#exit || this.child.connected) return;
    const cause = this.#cause;
    this.#departed.resolve(cause === undefined ? this.#exit : { ...this.#exit, cause });
  }

  #unreadable(cause: unknown): void {
    if (!isMessage(cause)) {
      // A child that writes anything but messages to the channel cannot be understood any more.
      this.#cause = cause;
      this.kill();
    } else if (this.#unreadableListener) {
      this.#unreadableListener(cause);
    } else {
      this.#waitingUnreadable.push(cause);
    }
  }

  get departed(): Promise<ExitStatus> {
    return this.#departed.promise;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  post(message: unknown): void {
    if (this.#failure !== undefined || !this.child.connected) return;
    // A child that dies in the meantime is reported by its exit status.
    this.child.send(message as object, undefined, {}, () => undefined);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.child.on('message', (message: unknown) => {
      if (isEntryFailure(message)) this.#entryFailed(message);
      else if (message !== closingMark) listener(message);
    });
  }

  #entryFailed({ reason, code }: EntryFailure): void {
    this.#cause ??= Object.assign(new Error(reason), typeof code === 'string' ? { code } : {});
  }

  onUnreadable(listener: (cause: unknown) => void): void {
    this.#unreadableListener = listener;
    for (const cause of this.#waitingUnreadable.splice(0)) listener(cause);
  }

  onClose(listener: () => void): void {
    let told = false;
    const tell = (): void => {
      if (!told) listener();
      told = true;
    };
    // A child may close its end and live on.
    this.child.once('disconnect', tell);
    void this.departed.then(tell);
  }

  close(): void {
    if (this.child.connected) this.child.disconnect();
  }

  terminate(): void {
    this.child.kill('SIGTERM');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  ref(): void {
    this.child.ref();
    // Bun's channel has neither; its child's own are enough.
    (this.child.channel as Partial<ChildProcess['channel']>)?.ref?.();
  }

  unref(): void {
    this.child.unref();
    (this.child.channel as Partial<ChildProcess['channel']>)?.unref?.();
  }
}

function exitStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  if (signal === null) return { exitCode: code ?? 0 };
  return { exitCode: -signalNumber(signal), signal };
}

import { processorCount as countProcessors } from '@manycore/process/internal';
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect, types } from 'node:util';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

export { MessageChannel };
export type { MessagePort };

/** The path of a directory that may be given as a URL. */
export function pathOf(directory: string | URL): string {
  return directory instanceof URL ? fileURLToPath(directory) : directory;
}

/** How many processors this process can use: at least 1. */
export function processorCount(): number {
  return countProcessors();
}

/** Remembers the caller's async context; what it returns runs functions in it. */
export function contextSnapshot(): <R>(fn: () => R) => R {
  return AsyncLocalStorage.snapshot();
}

/** Calls a function whose changes of the async context are its own: what runs after it does not see them. */
export function inOwnContext<R>(fn: () => R): R {
  // Not one `AsyncLocalStorage.snapshot()` for all: up to Node 22 what `enterWith` sets in it stays in it.
  return new AsyncResource('manycore.task').runInAsyncScope(fn);
}

/** Whether a value is a proxy, which no message carries. */
export function isProxy(value: unknown): boolean {
  return types.isProxy(value);
}

/** Calls `fn` after the event loop has had a turn. */
export function afterTurn(fn: () => void): void {
  setImmediate(fn);
}

/** The next message that has arrived at a port; undefined when there is none. Does not wait. */
export function receive(port: MessagePort): { readonly message: unknown } | undefined {
  return receiveMessageOnPort(port);
}

/** Prints an error that no call reports, whatever happened to the standard error stream. */
export function reportFailure(text: string, error: unknown): void {
  try {
    writeSync(2, `${text}\n${error instanceof Error ? inspect(error) : `Uncaught ${inspect(error)}`}\n`);
  } catch {
    // There is nowhere else to report it.
  }
}

/**
 * Emits a warning of the process: Node prints it with its cause, and `process.on('warning')` gets it. The
 * program goes on.
 */
export function emitWarning(warning: Error): void {
  process.emitWarning(Object.assign(warning, { detail: detailOf(warning.cause) }));
}

/** What Node prints below a warning's text. */
function detailOf(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  try {
    return inspect(cause);
  } catch {
    // The warning's text describes it already.
    return undefined;
  }
}

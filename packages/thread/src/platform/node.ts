import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  threadId,
  Worker,
  workerData,
} from 'node:worker_threads';
import { runtime } from '@manycore/core/internal';

export { isMainThread, parentPort, threadId, Worker, workerData };
export type { MessagePort };
export type { ResourceLimits } from 'node:worker_threads';

/**
 * A port at which one message waits.
 *
 * @throws what the platform says when it cannot clone the message.
 */
export function portWith(message: unknown, transfer: readonly object[]): MessagePort {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(message, transfer as ArrayBuffer[]);
    return port2;
  } finally {
    // Deno drops what was posted to a port whose other end is closed; it closes with this one there.
    if (runtime !== 'deno') port1.close();
  }
}

/**
 * The message that waits at a port, which is closed afterwards.
 *
 * @throws what the platform says when it cannot deserialise the message.
 */
export function takeFrom(port: MessagePort): unknown {
  try {
    return receiveMessageOnPort(port)?.message as unknown;
  } finally {
    port.close();
  }
}

/** The operating system's id of the calling thread, where there is `/proc`; else 0. */
export function nativeThreadId(): number {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0] ?? 0);
  } catch {
    return 0;
  }
}

/** The operating system's id of the main thread, on Linux. */
export const mainThreadId: number = process.pid;

/** The operating system's ids of all threads of this process; undefined where it does not list them. */
export function nativeThreadIds(): number[] | undefined {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return undefined;
  }
}

let tellsThreadEnds: boolean | undefined;

/** Whether only events tell of the end of a thread that did not report it: no `/proc`. */
export function onlyEventsTellEnds(): boolean {
  tellsThreadEnds ??= nativeThreadId() !== 0;
  return !tellsThreadEnds;
}

/** Whether a thread of this process lives, or undefined where the system does not tell. */
export function nativeThreadAlive(nativeId: number): boolean | undefined {
  if (nativeId === 0) return undefined;
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/self/task/${nativeId}/stat`, 'latin1'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? false : undefined;
  }
}

/** Milliseconds since 1970, finer than `Date.now()`, and the same in all threads. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function exitThread(code: number): never {
  process.exit(code);
}

/** Calls `listener` with the exit code when this thread ends by itself (not when it is terminated). */
export function onThreadExit(listener: (code: number) => void): void {
  process.once('exit', listener);
}

/** Whether the system gives single threads a priority: elsewhere it is that of the whole process. */
export const threadsHavePriorities: boolean = process.platform === 'linux';

export const platform: string = process.platform;

/** Gives the calling thread a nice value. */
export function setThreadNice(nice: number): void {
  // Linux takes process 0 for the calling thread. (Not imported: nearly no thread needs it.)
  process.getBuiltinModule('node:os').setPriority(0, nice);
}

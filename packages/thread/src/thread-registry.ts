import type { Thread } from './thread.js';

let lastNumber = 0;
const live = new Set<object>();

/** `Thread-1`, `Thread-2`, … for threads that were given no name. */
export function nextThreadName(given: string | undefined): string {
  return given ?? `Thread-${(lastNumber += 1)}`;
}

export function rememberThread(thread: object): void {
  live.add(thread);
}

export function forgetThread(thread: object): void {
  live.delete(thread);
}

export function liveThreads(): Thread[] {
  return [...live] as Thread[];
}

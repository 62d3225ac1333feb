/** What the registry needs of a thread. */
export interface RegisteredThread {
  readonly name: string;
  readonly daemon: boolean;
  readonly id: number | undefined;
  isAlive(): boolean;
}

let lastNumber = 0;
const live = new Set<RegisteredThread>();

/** `Thread-1`, `Thread-2`, … for threads that were given no name. */
export function nextThreadName(given: string | undefined): string {
  return given ?? `Thread-${(lastNumber += 1)}`;
}

export function rememberThread(thread: RegisteredThread): void {
  live.add(thread);
}

export function forgetThread(thread: RegisteredThread): void {
  live.delete(thread);
}

/** The threads that are alive. */
export function liveThreads(): RegisteredThread[] {
  return [...live].filter((thread) => thread.isAlive());
}

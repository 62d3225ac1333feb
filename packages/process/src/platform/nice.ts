import { readdirSync } from 'node:fs';

/** Gives this process a nice value: all its threads, and those that they start. */
export function setProcessNice(nice: number): void {
  // Not imported: nearly no process needs it.
  const { setPriority } = process.getBuiltinModule('node:os');
  setPriority(nice);
  for (const thread of nativeThreads()) {
    try {
      setPriority(thread, nice);
    } catch (error) {
      const { info } = error as { readonly info?: { readonly code: string } };
      // It has ended meanwhile.
      if (info?.code !== 'ESRCH') throw error;
    }
  }
}

/** Linux gives each thread a priority of its own; elsewhere it is the process's. Those of Node exist already. */
function nativeThreads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [];
  }
}

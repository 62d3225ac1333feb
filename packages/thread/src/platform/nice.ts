/** Whether the system gives single threads a priority: elsewhere it is that of the whole process. */
export const threadsHavePriorities: boolean = process.platform === 'linux';

export const platform: string = process.platform;

/** Gives the calling thread a nice value. */
export function setThreadNice(nice: number): void {
  // Linux takes process 0 for the calling thread. (Not imported: nearly no thread needs it.)
  process.getBuiltinModule('node:os').setPriority(0, nice);
}

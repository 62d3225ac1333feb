import { listThreads, type ProcessEntry } from './process-table.js';

/** For an error's text: each process, and below it its threads and what they wait in. */
export function describeProcesses(entries: readonly ProcessEntry[]): string {
  return entries
    .flatMap(({ pid, state, command }) => [
      `  pid ${pid} (${state}) ${command}`,
      ...describeThreads(pid),
    ])
    .join('\n');
}

/** Threads that do the same are counted, not listed. */
function describeThreads(pid: number): string[] {
  const counts = new Map<string, number>();
  for (const { name, state, waitsIn } of listThreads(pid)) {
    const line = `    ${name}: ${state}${/^0?$/.test(waitsIn) ? '' : ` in ${waitsIn}`}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} ×${count}`));
}

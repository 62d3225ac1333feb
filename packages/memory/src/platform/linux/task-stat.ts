/**
 * When a task started, from its `stat` line under /proc, in clock ticks since boot, low 32 bits;
 * undefined when it is dead and only not yet collected.
 */
export function startOf(stat: string): number | undefined {
  // The second field is the task's name in brackets and may hold anything; the third is the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return Number(fields[19]) | 0;
}

/**
 * Whether this process may give that nice value to what it starts. Lowering one's own priority is always
 * allowed; raising it is tried here, on the calling thread, and undone.
 */
export function mayHaveNice(nice: number): boolean {
  const { getPriority, setPriority } = process.getBuiltinModule('node:os');
  const own = getPriority();
  // Windows has classes in place of values, and gives what it can.
  if (nice >= own || process.platform === 'win32') return true;
  try {
    setPriority(nice);
  } catch {
    return false;
  }
  setPriority(own);
  return true;
}

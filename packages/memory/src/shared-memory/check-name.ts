/** Throws a TypeError or RangeError that says why `name` cannot name a shared memory. */
export function checkName(name: string): void {
  const given: unknown = name;
  if (typeof given !== 'string') {
    throw new TypeError(`the name of a shared memory must be a string, not ${typeof given}`);
  }
  const fault = faultOf(given);
  if (fault) throw new RangeError(`${JSON.stringify(given)} cannot name a shared memory: ${fault}`);
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it means a folder';
  if (name.includes('/')) return 'it contains a slash (leave out the one that shm_open wants in front)';
  if (name.includes('\0')) return 'it contains a NUL character';
  if (new TextEncoder().encode(name).length > 255) return 'it is longer than 255 bytes';
  return undefined;
}

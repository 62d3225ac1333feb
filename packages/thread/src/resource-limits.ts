const names = [
  'maxYoungGenerationSizeMb',
  'maxOldGenerationSizeMb',
  'codeRangeSizeMb',
  'stackSizeMb',
] as const;

/** With less, no version of Node starts a thread, and newer ones end the whole process. */
const leastHeap = 4;

/** @throws TypeError, RangeError naming the limit: Node itself overlooks most mistakes. */
export function checkResourceLimits(limits: unknown): void {
  if (limits === undefined) return;
  if (typeof limits !== 'object' || limits === null) {
    throw new TypeError(`resourceLimits must be an object such as { ${names[1]}: 256 }`);
  }
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    if (!(names as readonly string[]).includes(name)) {
      throw new TypeError(`resourceLimits.${name} is not known; there are ${names.join(', ')}`);
    }
    if (value === undefined) continue;
    if (typeof value !== 'number') {
      throw new TypeError(`resourceLimits.${name} must be a number of megabytes, not ${typeof value}`);
    }
    if (!(value > 0)) throw new RangeError(`resourceLimits.${name} must be above 0, not ${value}`);
    if (name === 'maxOldGenerationSizeMb' && value < leastHeap) {
      throw new RangeError(
        `resourceLimits.${name} must be at least ${leastHeap}, not ${value}: no thread can start with less`,
      );
    }
  }
}

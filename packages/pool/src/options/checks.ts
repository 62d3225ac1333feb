/** Checks of option values: each error names the option and says what it takes. */

export function wholeNumber(name: string, value: unknown, least: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`);
  }
  return value;
}

/** A whole number, or `Infinity` for no limit. */
export function countOrInfinity(name: string, value: unknown, least: number): number {
  return value === Infinity ? Infinity : wholeNumber(name, value, least);
}

/** Milliseconds, or `Infinity` for no limit. */
export function milliseconds(name: string, value: unknown): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number of milliseconds, not ${typeof value}`);
  }
  if (!(value >= 0)) throw new RangeError(`${name} must be 0 or more milliseconds, not ${value}`);
  return value;
}

/** Options must be an object: Python's positional `4` would be ignored silently. */
export function optionsOf<O>(options: O, example: string): O {
  if (options === undefined || (typeof options === 'object' && options !== null)) return options;
  const given = options === null ? 'null' : `${typeof options} ${String(options)}`;
  throw new TypeError(`options must be an object such as ${example}, not ${given}`);
}

export function optionalBoolean(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new TypeError(`${name} must be true or false, not ${value === null ? 'null' : typeof value}`);
}

export function optionalFunction<F>(name: string, value: F): F {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`${name} must be a function, not ${value === null ? 'null' : typeof value}`);
  }
  return value;
}

/**
 * The base of every error that manycore itself raises. `code` is stable and starts with `MANYCORE_`;
 * the message says what happened in the caller's words and how to fix it, and may change.
 */
export class ManycoreError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    // On the prototype, as the built-in errors have it: an own `name` would be printed twice.
    Object.defineProperty(this.prototype, 'name', nameProperty('ManycoreError'));
  }
}

/** The property that gives an error class its name, also after a minifier renamed the class. */
export function nameProperty(name: string): PropertyDescriptor {
  return { value: name, configurable: true, writable: true, enumerable: false };
}

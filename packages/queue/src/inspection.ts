/** Where Node.js, and what follows it, looks for how an object is to be shown. */
const customInspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');

interface InspectOptions {
  readonly depth?: number | null;
}

type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Makes `console.log` show the state of a class's objects, which is all private: `Queue { size: 2, … }`. Reading
 * the state must not wait or change anything. What cannot be read is left out: showing never throws.
 */
export function showState<T extends object>(
  constructor: { readonly name: string; readonly prototype: T },
  read: (object: T) => Readonly<Record<string, unknown>>,
): void {
  const show = function (this: T, depth: number, options: InspectOptions, inspect?: Inspect): unknown {
    let name = constructor.name;
    try {
      name = this.constructor.name;
      if (depth < 0) return `[${name}]`;
      const state = read(this);
      return inspect ? `${name} ${inspect(state, options)}` : state;
    } catch {
      // The prototype, for example, or memory that is closed.
      return `${name} {}`;
    }
  };
  Object.defineProperty(constructor.prototype, customInspect, {
    value: show,
    configurable: true,
    writable: true,
  });
}

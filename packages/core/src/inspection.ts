/** What `util.inspect`, `console.log` and the REPL look for in Node.js, Bun and Deno. */
const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** The options of `util.inspect` that matter to a class that shows its state. */
export interface InspectionOptions {
  /** The most elements of an array to show; `null` for all. */
  readonly maxArrayLength?: number | null | undefined;
}

/**
 * Makes `console.log` and `util.inspect` show instances of a class with their state, as Node.js shows
 * its own classes: `Lock { locked: true, scope: 'threads' }`. Subclasses appear by their own name, with
 * their own fields after the state. `depth`, `colors`, `compact` and the like keep their meaning.
 *
 * @param state what to show, read at the moment of showing. It must not wait or change anything. Fields
 * that are undefined are left out, also when the instance has a field of that name. If it throws, no state is shown.
 */
export function defineInspection<T extends object>(
  constructor: { readonly name: string; readonly prototype: T },
  state: (instance: T, options: InspectionOptions) => object,
): void {
  Object.defineProperty(constructor.prototype, inspectCustom, {
    configurable: true,
    writable: true,
    // The platform formats what this returns in place of the instance.
    value(this: T, _depth: unknown, options: InspectionOptions | undefined): object {
      const view = viewOf(this, constructor.name);
      let shown: object = {};
      try {
        shown = state(this, options ?? {});
      } catch {
        // A Proxy around an instance has no state of its own.
      }
      const fields: [string, unknown][] = Object.entries(shown);
      for (const [name, value] of fields) if (value !== undefined) define(view, name, { value });
      addOwnFields(view, this, shown);
      return view;
    },
  });
}

const longestArray = 2 ** 32 - 1;

/**
 * What to show of `length` elements: an array of that length with as many of the first elements as
 * `options` allow, so that the platform counts the rest ("… 900 more items") and they are not copied.
 */
export function inspectedElements(
  length: number,
  elementAt: (index: number) => unknown,
  { maxArrayLength = 100 }: InspectionOptions,
): unknown[] {
  const elements: unknown[] = [];
  const shown = Math.min(length, Math.max(0, maxArrayLength ?? Infinity));
  if (shown < length) {
    // First the longest length: the engine then stores the array as a table and allocates no room for all.
    elements.length = longestArray;
    elements.length = Math.min(length, longestArray);
  }
  for (let index = 0; index < shown; index += 1) elements[index] = elementAt(index);
  return elements;
}

/** One view for each instance, so that the platform recognizes an instance that refers to itself. */
const views = new WeakMap<object, object>();

/** An empty object that appears under the name of the instance's class. */
function viewOf(instance: object, className: string): object {
  let view = views.get(instance);
  if (!view) {
    const name = nameOf(instance) ?? className;
    const constructor = (): void => undefined;
    Object.defineProperty(constructor, 'name', { value: name });
    const prototype = Object.defineProperty({}, 'constructor', { value: constructor });
    view = Object.create(Object.assign(constructor, { prototype }).prototype) as object;
    views.set(instance, view);
  }
  for (const field of Reflect.ownKeys(view)) Reflect.deleteProperty(view, field);
  return view;
}

function nameOf(instance: object): string | undefined {
  try {
    const { name } = instance.constructor as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Getters are copied, not called. */
function addOwnFields(view: object, instance: object, shown: object): void {
  try {
    const fields = Object.entries(Object.getOwnPropertyDescriptors(instance));
    for (const [name, field] of fields) {
      if (field.enumerable === true && !Object.hasOwn(shown, name)) define(view, name, field);
    }
  } catch {
    // A Proxy whose traps throw.
  }
}

function define(view: object, name: string, field: PropertyDescriptor): void {
  Object.defineProperty(view, name, { ...field, enumerable: true, configurable: true });
}

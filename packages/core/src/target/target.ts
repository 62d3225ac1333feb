/** Any function; its parameters and result are inferred where one is given. */
export type AnyFunction = (...args: never[]) => unknown;

/** A function by its place: the module that exports it (or registers it by `task`) and its name there. */
export interface NamedTarget {
  /** A `URL`, or the text of one (`import.meta.resolve('./work.js')`), or a built-in module (`node:fs`). */
  readonly module: URL | string;
  readonly name: string;
}

/**
 * What a thread, a process or a pool can run: an exported function given plainly, a function that
 * `task` registered, or the module and name of either.
 */
export type Target<F extends AnyFunction = AnyFunction> = F | NamedTarget;

/** Where a worker finds a function: it is sent in place of the function. */
export interface FunctionRef {
  /** The URL of the module. */
  readonly module: string;
  readonly name: string;
}

/** A `FunctionRef` with what the receiver needs to tell the function from others. */
export interface TargetRef extends FunctionRef {
  /** The function's text: finds renamed and default exports, and tells functions of the same name apart. */
  readonly source?: string;
  /** True when the sender's text may differ from the receiver's (a test runner rewrites modules). */
  readonly rewritten?: boolean;
  /** True when the sender has the global functions of a test runner, which the module may call while it loads. */
  readonly testGlobals?: boolean;
}

/** Whether a function is a class, which cannot be called without `new`. */
export function isClass(fn: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}

/** How error messages name a function. */
export function functionLabel(name: string): string {
  return name === '' ? 'an anonymous function' : `\`${name}\``;
}

/** Whether a function's text is that of a method: `scale(x) { … }`, in a class or an object. */
export function isMethodText(source: string): boolean {
  return !/^(?:async\s+)?(?:function\b|class\b)/.test(source) && !isArrowText(source);
}

export function isArrowText(source: string): boolean {
  return /^(?:async\b\s*)?(?:\(|[\w$]+\s*=>)/.test(source);
}

/** The beginning of a function's text, on one line. */
export function excerptOf(source: string): string {
  const line = source.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

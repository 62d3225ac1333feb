/** Which parties can reach a shared thing: the threads of one process, or other processes as well. */
export type Scope = 'threads' | 'processes';

/** Checks a `scope` argument that a caller may have given untyped; left out, it is `'threads'`. */
export function scopeOf(scope: unknown): Scope {
  if (scope === undefined || scope === 'threads') return 'threads';
  if (scope === 'processes') return scope;
  throw new TypeError(`scope must be 'threads' or 'processes', not ${JSON.stringify(scope)}`);
}

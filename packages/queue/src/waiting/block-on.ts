import type { Line } from './line.js';
import type { Request } from './request.js';

/**
 * Blocks the thread until a request in a line comes to something; what it resolves to. `make` gets the
 * functions that settle it.
 */
export function blockOn<T>(
  line: Line,
  make: (resolve: (value: T) => void, reject: (reason: unknown) => void) => Request,
): T {
  let result: { readonly value: T } | { readonly reason: unknown } | undefined;
  const request = make(
    (value) => {
      result = { value };
    },
    (reason) => {
      result = { reason };
    },
  );
  line.block(request);
  if (result && 'value' in result) return result.value;
  throw result?.reason;
}

import { type Target, TargetNotFoundError } from '@manycore/core';
import { locate, registeredPlace, type TargetRef } from '@manycore/core/internal';

/**
 * The registered name of a function. A worker host has it in modules of its own, so only the name counts, also
 * of a target that is given as `{ module, name }`.
 *
 * @throws TargetNotFoundError for a function that is not registered.
 */
export function registeredTarget(fn: Target): TargetRef {
  if (typeof fn !== 'function') return locate(fn, 'cluster');
  const place = registeredPlace(fn);
  if (place) return place;
  const name = fn.name === '' ? 'an anonymous function' : `\`${fn.name}\``;
  throw new TargetNotFoundError(
    `cannot run ${name} in a cluster: it has no registered name, by which worker hosts could find it. ` +
      'Write export const { work } = tasks(import.meta.url, { work: … }) in its module, and pass that',
  );
}

import { NotCloneableError } from '../errors/not-cloneable-error.js';
import type { Endpoint, Transferable } from './endpoint.js';

/** Posts a message, and says in the caller's words what the platform says when it cannot clone it. */
export function postParcel(
  endpoint: Endpoint,
  message: unknown,
  transfer: readonly Transferable[],
  root: string,
): void {
  try {
    endpoint.post(message, transfer);
  } catch (cause) {
    throw cloneFailure(cause, root, endpoint.destination);
  }
}

export function cloneFailure(cause: unknown, root: string, to: string): NotCloneableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NotCloneableError(`${root} cannot be sent to a ${to}: ${reason}`, { cause });
}

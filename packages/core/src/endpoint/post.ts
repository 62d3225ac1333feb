import { cloneFailure } from '../message/clone-failure.js';
import type { Endpoint, Transferable } from './endpoint.js';

/**
 * Posts a message that holds one packed value, and says in the caller's words what the platform says
 * when it cannot clone it. `root` is what the caller calls the value.
 *
 * @throws NotCloneableError
 */
export function postParcel(
  endpoint: Endpoint,
  message: unknown,
  transfer: readonly Transferable[],
  root: string,
): void {
  try {
    endpoint.post(message, transfer);
  } catch (cause) {
    throw cloneFailure(cause, message, transfer, root, endpoint.destination);
  }
}

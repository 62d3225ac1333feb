import { cloneFailure } from '../message/clone-failure.js';
import type { Endpoint, Transferable } from './endpoint.js';

/**
 * Posts a message that holds one packed value. If the platform cannot clone it, the error is worded for the
 * caller; `root` is the caller's name for the value.
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

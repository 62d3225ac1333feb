import { describeThrown } from '../errors/describe-thrown.js';
import { isOwnError } from '../errors/manycore-error.js';
import { NotCloneableError } from '../errors/not-cloneable-error.js';

/** Whether the engine ran out of stack. A getter, or a proxy, may throw a RangeError of its own. */
export function isStackOverflow(error: unknown): boolean {
  try {
    return error instanceof RangeError && error.message.includes('call stack');
  } catch {
    return false;
  }
}

/**
 * The error for a value, named `root`, that threw while it was read in order to be sent: a getter or a proxy
 * can throw anything, which must not be passed on as it is.
 */
export function readFailure(root: string, to: string, error: unknown): Error {
  if (isOwnError(error)) return error as Error;
  const why = isStackOverflow(error) ? 'nested too deeply' : `unreadable: ${describeThrown(error)}`;
  return new NotCloneableError(`${root} cannot be sent to a ${to}: it is ${why}`, { cause: error });
}

/**
 * The error for a message that arrived and could not be read: `what` names its content. The platform gives
 * the cause, usually that there is less stack here than in the sender.
 */
export function arrivalFailure(what: string, cause: unknown): NotCloneableError {
  const why = isStackOverflow(cause)
    ? 'it is nested too deeply for the stack here'
    : describeThrown(cause);
  return new NotCloneableError(`${what} arrived, but cannot be read: ${why}`, { cause });
}

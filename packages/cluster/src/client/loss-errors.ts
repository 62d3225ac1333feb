import { WorkerDiedError } from '@manycore/core';
import { CallLostError } from '../errors.js';

/** Redis knows a call no more, and it may not be started again. */
export function callLost(name: string): Error {
  return new CallLostError(
    `Redis lost the call of \`${name}\`, and whether it was run is not known. Let Redis keep what it has ` +
      '(appendonly yes, appendfsync always), or give `retries` to calls that may be run twice',
  );
}

/** The host of a call is dead, and it may not be started again. How the host ended is not known. */
export function hostGone(name: string, lease: number): Error {
  return new WorkerDiedError(
    `the worker host that ran \`${name}\` is gone: it did not renew its lease of ${lease} ms`,
    { exitCode: Number.NaN },
  );
}

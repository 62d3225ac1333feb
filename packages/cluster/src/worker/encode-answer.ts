import { NotCloneableError } from '@manycore/core';
import { hasCode } from '@manycore/core/internal';
import { encodeBytes } from '@manycore/queue/internal';
import { PayloadTooLargeError } from '../errors.js';
import type { ItemResults } from './run-items.js';
import type { AnswerPlace, WorkerAnswer } from './worker-message.js';

/** The answer of one call that returned. */
export function encodeResult(value: unknown, place: AnswerPlace): WorkerAnswer {
  try {
    return withinLimit({ status: 'ok', bytes: encodeBytes(value, 'result') }, place);
  } catch (error) {
    return encodeFailure(error, undefined, place);
  }
}

/** The answer of a chunk: all its results, or its first error. */
export function encodeResults(results: ItemResults, place: AnswerPlace): WorkerAnswer {
  const [first] = results.errors;
  if (first) return encodeFailure(first[1], results, place);
  try {
    return withinLimit({ status: 'ok', bytes: encodeBytes(results.values, 'results') }, place);
  } catch (error) {
    if (!(error instanceof NotCloneableError)) return encodeFailure(error, undefined, place);
    return encodeSendable(results, place);
  }
}

/** The answer of a call that threw. */
export function encodeFailure(
  error: unknown,
  partial: ItemResults | undefined,
  place: AnswerPlace,
): WorkerAnswer {
  const errors = partial?.errors.map(([, each]) => each) ?? [error];
  const status = errors.every(isFatal) ? 'fatal' : 'failed';
  const answer = partial && place.wantsPartial ? { error, partial } : { error };
  try {
    return withinLimit({ status, bytes: encodeBytes(answer, 'error') }, place);
  } catch (refusal) {
    if (partial && place.wantsPartial && refusal instanceof NotCloneableError) return encodeSendable(partial, place);
    return { status: 'fatal', bytes: encodeBytes({ error: refusal }, 'error') };
  }
}

/** Some results or errors cannot be sent: an error takes the place of each of them. */
function encodeSendable({ values, errors }: ItemResults, place: AnswerPlace): WorkerAnswer {
  const failed = new Map(errors);
  const sendable: ItemResults = { values: [], errors: [] };
  for (const [index, value] of values.entries()) {
    const isError = failed.has(index);
    const name = isError ? 'error' : `results[${place.offset + index}]`;
    const refusal = refusalOf(isError ? failed.get(index) : value, name);
    sendable.values.push(refusal || isError ? undefined : value);
    if (refusal) sendable.errors.push([index, refusal]);
    else if (isError) sendable.errors.push([index, failed.get(index)]);
  }
  const [first] = sendable.errors;
  return encodeFailure(first?.[1], sendable, place);
}

function refusalOf(value: unknown, name: string): unknown {
  try {
    encodeBytes(value, name);
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

/** @throws PayloadTooLargeError */
function withinLimit(answer: WorkerAnswer, { name, maxPayload }: AnswerPlace): WorkerAnswer {
  const { byteLength } = answer.bytes;
  if (byteLength <= maxPayload) return answer;
  throw new PayloadTooLargeError(
    `the result of \`${name}\` takes ${byteLength} bytes, more than the maxPayload of ${maxPayload} bytes of its ` +
      'worker host. Write it to a file or an object store and return its name, return less at a time, or raise maxPayload',
  );
}

/** Errors of the call itself, which another attempt would meet again. */
function isFatal(error: unknown): boolean {
  return (
    hasCode(error, 'MANYCORE_TARGET_NOT_FOUND') ||
    hasCode(error, 'MANYCORE_NOT_CLONEABLE') ||
    hasCode(error, 'MANYCORE_PAYLOAD_TOO_LARGE') ||
    hasCode(error, 'MANYCORE_BOOTSTRAP')
  );
}

import { ProtocolError } from '@manycore/core';
import { type Packed, unpack } from '@manycore/core/internal';
import type { ItemResults, TaskResult } from '../scheduler/records.js';
import { isNumberArray } from './numbers.js';
import type { Claimed, ResultMessage } from './protocol.js';

type ClaimedResult = Claimed<ResultMessage>;
type Status = ResultMessage['status'];

/** The status of a `result` message, if it is one of the three. */
export function statusOf({ status }: ClaimedResult): Status | undefined {
  return status === 'ok' || status === 'failed' || status === 'fatal' ? status : undefined;
}

/** The result in the message, where it is there at once: nearly always, as plain data. */
export function plainResult(
  { value, partial }: ClaimedResult,
  status: Status,
  count: number | undefined,
): TaskResult | undefined {
  if (!Array.isArray(value) || value.length !== 1 || partial !== undefined) return undefined;
  if (status !== 'ok') return { status, error: value[0] };
  return isList(value[0], count) ? { status, value: value[0] } : undefined;
}

/**
 * The result in the message. `count` is the number of items of a chunk. What keeps it from being read, or a
 * value that is no result of the task, makes the result an error.
 */
export async function readResult(
  message: ClaimedResult,
  status: Status,
  count: number | undefined,
): Promise<TaskResult> {
  try {
    const value = await unpack(message.value as Packed);
    const partial = message.partial === undefined ? undefined : await unpack(message.partial as Packed);
    if (status === 'ok') {
      if (!isList(value, count)) throw new ProtocolError(`${wrongText}: not one result for each item`);
      return { status, value };
    }
    if (partial !== undefined && !areItemResults(partial, count ?? 0)) {
      throw new ProtocolError(`${wrongText}: not the results of the items`);
    }
    return { status, error: value, partial };
  } catch (error) {
    return { status: 'fatal', error };
  }
}

/** The time in the message, in milliseconds; 0 for one that is none. */
export function runTimeOf({ ran }: ClaimedResult): number {
  return typeof ran === 'number' && ran >= 0 && ran < Infinity ? ran : 0;
}

function areItemResults(partial: unknown, count: number): partial is ItemResults {
  if (typeof partial !== 'object' || partial === null) return false;
  const { values, errors } = partial as Partial<Record<keyof ItemResults, unknown>>;
  if (!isList(values, count) || !Array.isArray(errors) || errors.length > count) return false;
  return errors.every((entry) => {
    const index: unknown = Array.isArray(entry) && entry.length === 2 ? entry[0] : undefined;
    return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count;
  });
}

function isList(value: unknown, count: number | undefined): boolean {
  if (count === undefined) return true;
  // Numbers: see numbers.ts.
  return (Array.isArray(value) || isNumberArray(value)) && value.length === count;
}

const wrongText = 'a worker answered with what is no result of its task';

/** The error in a message, or the error that keeps it from being read. */
export function errorIn(packed: unknown): Promise<unknown> {
  return unpack(packed as Packed).catch((refusal: unknown) => refusal);
}

/** The worker says that it does not run a task that it was sent. */
export function skippedError(): ProtocolError {
  return new ProtocolError('a worker says that it does not run the task that it was sent');
}

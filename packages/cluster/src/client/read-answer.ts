import { ProtocolError } from '@manycore/core';
import type { TaskResult } from '@manycore/pool/internal';
import { decodeBytes } from '@manycore/queue/internal';
import type { AnswerStatus } from '../protocol/messages.js';

/** How many results a call has: undefined for a single call, whose result is any value. */
type Count = number | undefined;

/** The result in an answer. At once where no module is to be loaded for it; never rejects. */
export function readAnswer(
  status: AnswerStatus,
  bytes: Uint8Array | undefined,
  count: Count,
): TaskResult | Promise<TaskResult> {
  try {
    const value = bytes ? decodeBytes(bytes) : undefined;
    if (value instanceof Promise) return value.then((read) => resultOf(status, read, count)).catch(unreadable);
    return resultOf(status, value, count);
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): TaskResult {
  return { status: 'failed', error };
}

function resultOf(status: AnswerStatus, value: unknown, count: Count): TaskResult {
  if (status === 'ok') {
    if (count === undefined || (Array.isArray(value) && value.length === count)) return { status, value };
    throw new ProtocolError(`a worker host answered a chunk of ${count} items with something else`);
  }
  if (typeof value !== 'object' || value === null || !('error' in value)) {
    throw new ProtocolError('a worker host answered with an error that is none');
  }
  const { error } = value;
  const kind = status === 'fatal' ? 'fatal' : 'failed';
  if (!('partial' in value)) return { status: kind, error };
  return { status: kind, error, partial: value.partial as Extract<TaskResult, { status: 'failed' }>['partial'] };
}

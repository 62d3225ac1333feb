import { ProtocolError } from '@manycore/core';
import { unpack } from '@manycore/core/internal';
import type { Answer, ItemResults } from './job.js';
import type { Claimed, FromWorker } from './protocol.js';

export type Verdict = Extract<FromWorker, { manycorePool: 'done' }>['verdict'];
type ClaimedDone = Extract<Claimed<FromWorker>, { manycorePool: 'done' }>;

/** The verdict of a `done` message, if it is one of the three. */
export function verdictOf({ verdict }: ClaimedDone): Verdict | undefined {
  return verdict === 'ok' || verdict === 'failed' || verdict === 'in vain' ? verdict : undefined;
}

/** The answer that a `done` message holds, where it is there at once: nearly always, as plain data. */
export function plainAnswer(message: ClaimedDone, count: number | undefined): Answer | undefined {
  const { value, partial } = message;
  if (!Array.isArray(value) || value.length !== 1 || partial !== undefined) return undefined;
  const ok = message.verdict === 'ok';
  if (ok && !isList(value[0], count)) return undefined;
  return { ok, value: value[0] as unknown, ran: ranOf(message) };
}

/**
 * The answer that a `done` message holds. `count` is the number of items of a chunk.
 *
 * @throws what keeps the value from being read; ProtocolError when it is no answer to the job.
 */
export async function readAnswer(message: ClaimedDone, count: number | undefined): Promise<Answer> {
  const value = await unpack(message.value as never);
  const partial = message.partial === undefined ? undefined : await unpack(message.partial as never);
  const ok = message.verdict === 'ok';
  if (ok && !isList(value, count)) throw new ProtocolError(`${wrongText}: not one result for each item`);
  if (partial !== undefined && !areItemResults(partial, count ?? 0)) {
    throw new ProtocolError(`${wrongText}: not what became of each item`);
  }
  return { ok, value, partial, ran: ranOf(message) };
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
  return count === undefined || (Array.isArray(value) && value.length === count);
}

function ranOf({ ran }: ClaimedDone): number {
  return typeof ran === 'number' && ran >= 0 && ran < Infinity ? ran : 0;
}

const wrongText = 'a worker answered with what is no answer to its job';

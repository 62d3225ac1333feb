import type { Destination, Endpoint } from '@manycore/core/internal';
import { hasCode, pack, type Packed, postParcel } from '@manycore/core/worker';
import type { ItemResults } from '../transport/job.js';
import type { FromWorker } from '../transport/protocol.js';

/** What became of a job in the worker. */
export type Ended =
  | { readonly verdict: 'ok'; readonly value: unknown }
  | {
      readonly verdict: 'failed' | 'in vain';
      readonly value: unknown;
      /** What became of each item of a chunk, where that is wanted and known. */
      readonly partial: ItemResults | undefined;
    };

/** Which part of the whole call a job's results are, for error messages. */
export interface ResultPlace {
  readonly id: number;
  readonly many: boolean;
  readonly offset: number;
  readonly wantsPartial: boolean;
}

/** Posts the answer to a job, whatever it takes: what cannot be sent is answered by the error that says so. */
export function postAnswer(endpoint: Endpoint, place: ResultPlace, ended: Ended, ran: number): void {
  try {
    post(endpoint, place, ended, ran);
  } catch (error) {
    post(endpoint, place, refused(endpoint, place, ended, error), ran);
  }
}

function post(endpoint: Endpoint, place: ResultPlace, ended: Ended, ran: number): void {
  const { verdict, value } = ended;
  const { destination } = endpoint;
  const root = verdict !== 'ok' ? 'error' : place.many ? 'results' : 'result';
  const { packed, transfer } = pack(value, destination, root);
  let partial: Packed | undefined;
  if (verdict !== 'ok' && ended.partial) {
    const parcel = pack(ended.partial, destination, 'results');
    partial = parcel.packed;
    transfer.push(...parcel.transfer);
  }
  const message: FromWorker = {
    manycorePool: 'done',
    id: place.id,
    verdict,
    value: packed,
    partial,
    ran,
  };
  postParcel(endpoint, message, transfer, root);
}

/** What to answer instead: the error that says which result cannot be sent; where wanted, all that can. */
function refused(endpoint: Endpoint, place: ResultPlace, ended: Ended, error: unknown): Ended {
  const failure: Ended = { verdict: 'in vain', value: error, partial: undefined };
  if (!place.many || !hasCode(error, 'MANYCORE_NOT_CLONEABLE')) return failure;
  const { destination } = endpoint;
  const all: ItemResults | undefined =
    ended.verdict === 'ok' ? { values: ended.value as readonly unknown[], errors: [] } : ended.partial;
  if (!all) return failure;
  const failed = new Map(all.errors);
  const values: unknown[] = [];
  const errors: [index: number, error: unknown][] = [];
  for (const [index, value] of all.values.entries()) {
    const refusal = failed.has(index)
      ? { value: sendableError(failed.get(index), destination) }
      : refusalOf(value, destination, `results[${place.offset + index}]`);
    values.push(refusal ? undefined : value);
    if (refusal) errors.push([index, refusal.value]);
  }
  const first = errors[0];
  if (!first) return failure;
  return { verdict: 'in vain', value: first[1], partial: place.wantsPartial ? { values, errors } : undefined };
}

/** Why a value cannot be sent, if it cannot. */
function refusalOf(value: unknown, to: Destination, name: string): { value: unknown } | undefined {
  try {
    pack(value, to, name);
    return undefined;
  } catch (refusal) {
    return { value: refusal };
  }
}

/** An error, or what says that it cannot be sent. */
function sendableError(error: unknown, to: Destination): unknown {
  const refusal = refusalOf(error, to, 'error');
  return refusal ? refusal.value : error;
}

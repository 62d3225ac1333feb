import type { Endpoint } from '@manycore/core';
import { hasCode, pack, type Packed, postParcel } from '@manycore/core/worker';
import type { FromWorker } from '../transport/protocol.js';

/** What became of a job in the worker. */
export type Ended =
  | { readonly verdict: 'ok'; readonly value: unknown }
  | {
      readonly verdict: 'failed' | 'in vain';
      readonly value: unknown;
      /** The results of a chunk's items before the one that failed. */
      readonly partial: readonly unknown[] | undefined;
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

/** What to answer instead: the first result that cannot be sent, and those before it. */
function refused(endpoint: Endpoint, place: ResultPlace, ended: Ended, error: unknown): Ended {
  const failure: Ended = { verdict: 'in vain', value: error, partial: undefined };
  if (!place.many || !hasCode(error, 'MANYCORE_NOT_CLONEABLE')) return failure;
  const results = (ended.verdict === 'ok' ? ended.value : ended.partial) as readonly unknown[];
  const sendable: unknown[] = [];
  for (const result of results) {
    try {
      pack(result, endpoint.destination, `results[${place.offset + sendable.length}]`);
    } catch (value) {
      return { verdict: 'in vain', value, partial: place.wantsPartial ? sendable : undefined };
    }
    sendable.push(result);
  }
  return failure;
}

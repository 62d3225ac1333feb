import {
  type Destination,
  type Endpoint,
  hasCode,
  pack,
  type Packed,
  type Parcel,
  postParcel,
} from '@manycore/core/internal';
import type { ItemResults, TaskResult } from '../scheduler/records.js';
import { rawResults } from '../transport/numbers.js';
import type { ResultMessage } from '../transport/protocol.js';

/** The results that a worker makes. */
export type WorkerResult = Extract<TaskResult, { status: ResultMessage['status'] }>;

/** Which part of the whole call a task's results are, for error messages. */
export interface ResultPlace {
  readonly id: number;
  readonly many: boolean;
  readonly offset: number;
  readonly wantsPartial: boolean;
  /** It goes to the thread that leases the worker. */
  readonly leased: boolean;
}

/** Posts the result of a task. If it cannot be sent, the error that says so takes its place. */
export function postResult(endpoint: Endpoint, place: ResultPlace, result: WorkerResult, ran: number): void {
  try {
    post(endpoint, place, result, ran);
  } catch (error) {
    post(endpoint, place, unsendable(endpoint, place, result, error), ran);
  }
}

function post(endpoint: Endpoint, place: ResultPlace, result: WorkerResult, ran: number): void {
  const { status } = result;
  const { destination } = endpoint;
  const value = status === 'ok' ? result.value : result.error;
  const root = status !== 'ok' ? 'error' : place.many ? 'results' : 'result';
  const numbers = status === 'ok' && place.many ? rawResults(value as readonly unknown[]) : undefined;
  const { packed, transfer }: Parcel = numbers
    ? { packed: [numbers], transfer: destination === 'thread' ? [numbers.buffer] : [], marks: [] }
    : pack(value, destination, root);
  let partial: Packed | undefined;
  if (status !== 'ok' && result.partial) {
    const parcel = pack(result.partial, destination, 'results');
    partial = parcel.packed;
    transfer.push(...parcel.transfer);
  }
  const message: ResultMessage = {
    manycorePool: 'result',
    id: place.id,
    status,
    value: packed,
    partial,
    ran,
    leased: place.leased,
  };
  postParcel(endpoint, message, transfer, root);
}

/** The result instead: the error that says which result cannot be sent; where wanted, all that can. */
function unsendable(
  endpoint: Endpoint,
  place: ResultPlace,
  result: WorkerResult,
  error: unknown,
): WorkerResult {
  const failure: WorkerResult = { status: 'fatal', error };
  if (!place.many || !hasCode(error, 'MANYCORE_NOT_CLONEABLE')) return failure;
  const { destination } = endpoint;
  const all: ItemResults | undefined =
    result.status === 'ok' ? { values: result.value as readonly unknown[], errors: [] } : result.partial;
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
  return { status: 'fatal', error: first[1], partial: place.wantsPartial ? { values, errors } : undefined };
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

/** The error, or the refusal if it cannot be sent. */
function sendableError(error: unknown, to: Destination): unknown {
  const refusal = refusalOf(error, to, 'error');
  return refusal ? refusal.value : error;
}

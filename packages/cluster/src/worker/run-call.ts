import { type FunctionRef, move } from '@manycore/core';
import { resolveTarget } from '@manycore/core/internal';
import { type CurrentTask, currentTask } from '@manycore/pool';
import { setCurrentTask, type Shape } from '@manycore/pool/internal';
import { decodeBytes } from '@manycore/queue/internal';
import {
  type AnswerPlace,
  encodeFailure,
  encodeResult,
  encodeResults,
  type WorkerAnswer,
} from './encode-answer.js';
import { reportFor } from './reports.js';
import { runItems } from './run-items.js';

/** A call as the host hands it to one of its workers. */
export interface WorkerCall extends AnswerPlace {
  /** The id of the call, if its client listens to reports. */
  readonly reports: string | undefined;
  /** Where this host has the function. */
  readonly module: string;
  readonly shape: Shape;
  /** 1 for the first start of the call, 2 for its first retry, … */
  readonly start: number;
}

/**
 * Runs a call in a worker of a host's pool: the values are decoded and the result is encoded here, so that the
 * host's own thread is free to keep its leases. What the function throws is its answer.
 */
export async function runCall(call: WorkerCall, values: Uint8Array): Promise<WorkerAnswer> {
  const { bytes, status } = await answerOf(call, values);
  return { status, bytes: move(bytes) };
}

async function answerOf(call: WorkerCall, values: Uint8Array): Promise<WorkerAnswer> {
  try {
    const ref: FunctionRef = { module: call.module, name: call.name };
    const fn = (await resolveTarget(ref, undefined)) as (...args: readonly unknown[]) => unknown;
    const args = (await decodeBytes(values)) as readonly unknown[];
    const task = new StartedTask(currentTask(), call.start);
    setCurrentTask(task);
    reportFor(call.reports);
    if (call.shape === 'call') return encodeResult(await fn(...args), call);
    return encodeResults(await runItems(fn, call.shape, args, task, call.wantsPartial), call);
  } catch (error) {
    return encodeFailure(error, undefined, call);
  } finally {
    reportFor(undefined);
  }
}

/** The task of the host's pool, with the number of the start that the whole cluster counts. */
class StartedTask implements CurrentTask {
  readonly attempt: number;
  readonly #task: CurrentTask;

  constructor(task: CurrentTask, attempt: number) {
    this.#task = task;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    return this.#task.signal;
  }

  get pool(): string | undefined {
    return this.#task.pool;
  }

  get worker(): number | undefined {
    return this.#task.worker;
  }
}

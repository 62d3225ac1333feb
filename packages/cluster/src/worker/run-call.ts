import type { FunctionRef } from '@manycore/core';
import { resolveTarget } from '@manycore/core/internal';
import { type CurrentTask, currentTask } from '@manycore/pool';
import { setCurrentTask } from '@manycore/pool/internal';
import { decodeBytes } from '@manycore/queue/internal';
import { encodeFailure, encodeResult, encodeResults } from './encode-answer.js';
import { answerMessage, readCall, type WorkerAnswer, type WorkerCall } from './worker-message.js';
import { reportFor } from './reports.js';
import { runItems } from './run-items.js';

/**
 * Runs a call in a worker of a host's pool: the values are decoded and the result is encoded here, so that the
 * host's own thread is free to keep its leases. What the function throws is its answer.
 */
export async function runCall(message: Uint8Array): Promise<Uint8Array> {
  return answerMessage(await answerOf(readCall(message)));
}

async function answerOf({ call, values }: WorkerCall): Promise<WorkerAnswer> {
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

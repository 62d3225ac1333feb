import type { NamedTarget } from '@manycore/core';
import { Queue } from '@manycore/queue';
import type { CallReport, Report } from '../protocol/report.js';

/** How many bytes of reports may wait for the host; more are dropped, so that no task waits for them. */
const capacity = 1 << 20;

/** Brings what tasks report from the workers of a host to the host. */
export class ReportQueue {
  readonly #queue: Queue<CallReport> | undefined;
  readonly #done: Promise<void> | undefined;

  constructor(kind: 'thread' | 'process', onReport: (call: string, report: Report) => void) {
    this.#queue = reportQueue(kind);
    this.#done = this.#queue && deliver(this.#queue, onReport);
  }

  /** The options of the host's pool that connect its workers. */
  get initializer(): { readonly initializer?: NamedTarget; readonly initArgs?: readonly never[] } {
    if (!this.#queue) return {};
    const module = new URL('./worker.js', import.meta.url);
    return { initializer: { module, name: 'connectReports' }, initArgs: [this.#queue as never] };
  }

  async close(): Promise<void> {
    this.#queue?.close();
    await this.#done;
  }
}

/** Undefined where processes cannot share memory: then nothing is reported. */
function reportQueue(kind: 'thread' | 'process'): Queue<CallReport> | undefined {
  try {
    return new Queue<CallReport>({ capacity, scope: kind === 'thread' ? 'threads' : 'processes' });
  } catch {
    return undefined;
  }
}

async function deliver(
  queue: Queue<CallReport>,
  onReport: (call: string, report: Report) => void,
): Promise<void> {
  for await (const { call, report } of queue) onReport(call, report);
}

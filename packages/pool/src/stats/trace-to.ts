import { describeError } from '../errors.js';
import { onTaskSettled } from '../platform/diagnostics.js';
import { emitWarning } from '../platform/node.js';
import { TraceFile } from '../platform/trace-file.js';
import type { TaskTrace } from './task-trace.js';

/** A trace that is being written. */
export interface Trace extends Disposable {
  /** Completes the file. Called automatically when the program ends, or at the end of a `using` block. */
  close(): void;
}

/**
 * Writes the tasks of all pools of this thread from now on into a file, as a Chrome trace: open it in
 * https://ui.perfetto.dev or chrome://tracing. A pool is a process there, its workers are threads with
 * their tasks as slices; the time that tasks wait, and blocking calls, are on tracks of their own.
 *
 * @example
 * ```ts
 * import { isMain, ThreadPool, traceTo } from '@manycore/pool';
 *
 * export function square(n: number): number {
 *   return n * n;
 * }
 *
 * if (isMain(import.meta)) {
 *   const trace = traceTo(new URL('trace.json', import.meta.url));
 *   await using pool = new ThreadPool({ workers: 2 });
 *   await pool.map(square, [1, 2, 3]);
 *   trace.close();
 *   console.log('traced'); // → traced
 * }
 * ```
 *
 * A file that cannot be written any more ends its trace, with a warning of the process.
 *
 * @throws what opening the file throws; `close` throws what the last writing throws.
 */
export function traceTo(file: string | URL): Trace {
  const out = new TraceFile(file);
  const pools = new Map<string, number>();
  const workers = new Set<string>();

  const poolId = (name: string): number => {
    const known = pools.get(name);
    if (known !== undefined) return known;
    const pid = pools.size + 1;
    pools.set(name, pid);
    out.write({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name } });
    return pid;
  };

  const nameWorker = (pid: number, worker: number): void => {
    const key = `${pid}/${worker}`;
    if (workers.has(key)) return;
    workers.add(key);
    const name = `worker ${worker}`;
    out.write({ ph: 'M', name: 'thread_name', pid, tid: worker, args: { name } });
  };

  const write = (trace: TaskTrace): void => {
    const pid = poolId(trace.pool);
    if (trace.blocking) {
      const ts = microseconds(trace.submittedAt);
      const dur = microseconds((trace.settledAt ?? trace.submittedAt) - trace.submittedAt);
      out.write({ ph: 'X', cat: 'call', name: trace.name, pid, tid: 0, ts, dur, args: argsOf(trace) });
      return;
    }
    writeWait(out, pid, trace);
    if (trace.sentAt === undefined || trace.worker === undefined) return;
    nameWorker(pid, trace.worker);
    const { name, worker: tid, sentAt, settledAt = sentAt } = trace;
    const dur = microseconds(settledAt - sentAt);
    out.write({ ph: 'X', cat: 'task', name, pid, tid, ts: microseconds(sentAt), dur, args: argsOf(trace) });
  };

  const stop = onTaskSettled((trace) => {
    try {
      write(trace);
    } catch (cause) {
      // A full disk must not end the program that is traced.
      stop();
      out.abandon();
      emitWarning(new Error(`the trace ${String(file)} ends here: ${describeError(cause)}`, { cause }));
    }
  });

  const close = (): void => {
    stop();
    out.close();
  };
  return { close, [Symbol.dispose]: close };
}

/** The time in the queue, as an asynchronous slice: many may overlap. */
function writeWait(out: TraceFile, pid: number, trace: TaskTrace): void {
  const { id, name, submittedAt, queueWait, settledAt = submittedAt } = trace;
  const until = queueWait === undefined ? settledAt : submittedAt + queueWait;
  const common = { cat: 'queue', name: `${name} waits`, id, pid, tid: 0 };
  out.write({ ...common, ph: 'b', ts: microseconds(submittedAt) });
  out.write({ ...common, ph: 'e', ts: microseconds(until) });
}

function argsOf({ id, attempt, items, priority, queueWait, runTime, error }: TaskTrace): object {
  const failed = error === undefined ? {} : { error: describeError(error) };
  return { id, attempt, items, priority, queueWait, runTime, ...failed };
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

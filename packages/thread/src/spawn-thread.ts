import {
  cloneFailure,
  type EntryRef,
  entryText,
  locateEntry,
  markStartsWorkers,
  type OutgoingCall,
  registerEntry,
  runtime,
  scriptOf,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { LifeLine, watchThread } from '@manycore/memory/internal';
import { ControlBlock, type ThreadInit } from './control-block.js';
import { threadExecArgv } from './platform/exec-arguments.js';
import { type MessagePort, now, portWith, onlyEventsTellEnds, Worker, workerData } from './platform/node.js';
import { runThread } from './run-thread.js';
import { WorkerThreadEndpoint } from './worker-thread-endpoint.js';
import { environmentOf, type WorkerThreadOptions } from './worker-thread-options.js';

markStartsWorkers();
const own = scriptOf(() => new Error().stack);
const entryName = 'manycore-thread-entry';
registerEntry(entryName, () => runThread(workerData));

/** How a thread is made; for pools, which exchange messages with their threads. */
export interface SpawnThreadOptions extends WorkerThreadOptions {
  readonly name: string;
  readonly daemon?: boolean;
  /** The one call that the thread makes; it ends afterwards. */
  readonly call?: OutgoingCall;
  /** Without `call`: the URL of a module whose `serve(endpoint)` runs the thread, or an entry. Default: core's `serve`. */
  readonly server?: EntryRef | string;
  readonly control?: SharedArrayBuffer;
  /** Milliseconds to wait before the call; needs `control`. */
  readonly delay?: number | undefined;
}

/**
 * Starts a worker thread and returns the channel to it.
 *
 * @throws NotCloneableError when the call's arguments cannot be cloned, and what `new Worker` throws.
 */
export function spawnThread(options: SpawnThreadOptions): WorkerEndpoint {
  const { name, daemon = false, call, server, control, delay, argv, nice, resourceLimits } = options;
  const port = call && portFor(call);
  const lifeLine = runtime === 'node' && onlyEventsTellEnds() ? new LifeLine() : undefined;
  const init: ThreadInit = {
    manycoreThread: true,
    name,
    daemon,
    call: port,
    server,
    due: delay === undefined ? undefined : now() + delay,
    control,
    nice,
    lifeLine: lifeLine?.theirs,
  };
  const env = environmentOf(options.env);
  const execArgv = options.execArgv ?? threadExecArgv();
  try {
    const { url, name: registered, refusal = '' } = locateEntry(own, entryName);
    const text = registered && `${entryText({ url, name: registered, refusal })}.then((run) => run())`;
    const worker = new Worker(text ?? new URL(url), {
      eval: text !== undefined,
      workerData: init,
      transferList: [port, lifeLine?.theirs].filter((each) => each !== undefined),
      name,
      ...(env && { env }),
      ...(execArgv && { execArgv: [...execArgv] }),
      ...(argv && { argv: [...argv] }),
      ...(resourceLimits && { resourceLimits }),
    });
    if (lifeLine) watchThread(worker.threadId, lifeLine);
    return new WorkerThreadEndpoint(worker, control && new ControlBlock(control));
  } catch (error) {
    port?.close();
    lifeLine?.close();
    throw error;
  }
}

function portFor({ message, transfer }: OutgoingCall): MessagePort {
  try {
    return portWith(message, transfer);
  } catch (cause) {
    throw cloneFailure(cause, message, transfer, 'args', 'thread');
  }
}

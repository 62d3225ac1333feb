import {
  cloneFailure,
  markStartsWorkers,
  type OutgoingCall,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { ControlBlock } from './control-block.js';
import { threadExecArgv } from './platform/exec-arguments.js';
import { type MessagePort, now, portWith, Worker } from './platform/node.js';
import type { ThreadInit } from './thread-init.js';
import { WorkerThreadEndpoint } from './worker-thread-endpoint.js';
import { environmentOf, type WorkerThreadOptions } from './worker-thread-options.js';

markStartsWorkers();

/** How a thread is made; for pools, which exchange messages with their threads. */
export interface SpawnThreadOptions extends WorkerThreadOptions {
  readonly name: string;
  readonly daemon?: boolean;
  /** The one call that the thread makes; it ends afterwards. */
  readonly call?: OutgoingCall;
  /** Without `call`: the URL of a module whose `serve(endpoint)` runs the thread. Default: core's `serve`. */
  readonly server?: string;
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
  const init: ThreadInit = {
    manycoreThread: true,
    name,
    daemon,
    call: port,
    server,
    due: delay === undefined ? undefined : now() + delay,
    control,
    nice,
  };
  const env = environmentOf(options.env);
  const execArgv = options.execArgv ?? threadExecArgv();
  try {
    const worker = new Worker(new URL('./child.js', import.meta.url), {
      workerData: init,
      transferList: port ? [port] : [],
      name,
      ...(env && { env }),
      ...(execArgv && { execArgv: [...execArgv] }),
      ...(argv && { argv: [...argv] }),
      ...(resourceLimits && { resourceLimits }),
    });
    return new WorkerThreadEndpoint(worker, control && new ControlBlock(control));
  } catch (error) {
    port?.close();
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

import type { Endpoint } from '@manycore/core';
import {
  answer,
  MessagePortEndpoint,
  reportFailure,
  serve,
  writeOutputDirectly,
} from '@manycore/core/worker';
import { ControlBlock } from './control-block.js';
import {
  exitThread,
  nativeThreadId,
  onThreadExit,
  parentPort,
} from './platform/node.js';
import { isThreadInit, type ThreadInit } from './thread-init.js';

/** The life of a thread, seen from inside. */
export async function runThread(init: unknown): Promise<void> {
  if (!isThreadInit(init) || !parentPort) throw new Error('this module is run by Thread only');
  const control = init.control && new ControlBlock(init.control);
  if (control && !announce(control)) exitThread(1);
  writeOutputDirectly([1, 2]);
  const endpoint = new MessagePortEndpoint(parentPort);
  if (init.call) {
    if (init.delay !== undefined && control?.delay(init.delay) === false) return;
    const outcome = await answer(endpoint, init.call);
    if (outcome.failed) {
      reportFailure(`Exception in thread ${init.name}`, outcome.error);
      exitThread(1);
    }
    return;
  }
  await runServer(init, endpoint);
}

/** False when the parent has given the thread up. */
function announce(control: ControlBlock): boolean {
  onThreadExit((code) => control.leave(code));
  return control.enter(nativeThreadId());
}

async function runServer({ server }: ThreadInit, endpoint: Endpoint): Promise<void> {
  if (server === undefined) {
    serve(endpoint);
    return;
  }
  const module = (await import(server)) as { serve: typeof serve };
  module.serve(endpoint);
}

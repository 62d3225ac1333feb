import type { Endpoint } from '@manycore/core';
import {
  answer,
  MessagePortEndpoint,
  reportFailure,
  serve,
  writeOutputDirectly,
} from '@manycore/core/worker';
import { ControlBlock } from './control-block.js';
import { exitThread, nativeThreadId, now, onThreadExit, parentPort } from './platform/node.js';
import { isThreadInit, type ThreadInit } from './thread-init.js';

/** The life of a thread, seen from inside. */
export async function runThread(init: unknown): Promise<void> {
  if (!isThreadInit(init) || !parentPort) throw new Error('this module is run by Thread only');
  const control = init.control && new ControlBlock(init.control);
  if (control && !announce(control)) exitThread(1);
  writeOutputDirectly([1, 2]);
  const endpoint = new MessagePortEndpoint(parentPort);
  if (init.call) {
    const outcome = await answer(endpoint, init.call, () => {
      if (control) awaitTurn(control, init.due);
    });
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

/** Ends the thread if it is not to call its target; waits for the time at which a timer's is due. */
function awaitTurn(control: ControlBlock, due: number | undefined): void {
  const cancelled = due !== undefined && !control.delay(Math.max(0, due - now()));
  if (!control.run()) exitThread(1);
  if (cancelled) exitThread(0);
}

async function runServer({ server }: ThreadInit, endpoint: Endpoint): Promise<void> {
  if (server === undefined) {
    serve(endpoint);
    return;
  }
  const module = (await import(server)) as { serve: typeof serve };
  module.serve(endpoint);
}

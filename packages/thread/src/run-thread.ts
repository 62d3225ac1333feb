import {
  type Call,
  type Endpoint,
  loadEntry,
  MessagePortEndpoint,
  refuseCall,
  reportFailure,
  serve,
  serveOne,
  writeOutputDirectly,
} from '@manycore/core/internal';
import { ControlBlock, isThreadInit, type ThreadInit } from './control-block.js';
import {
  exitThread,
  type MessagePort,
  nativeThreadId,
  now,
  onThreadExit,
  parentPort,
  setThreadNice,
  takeFrom,
} from './platform/node.js';

/** Runs a thread from the inside: reads its call or server, and runs it. */
export async function runThread(init: unknown): Promise<void> {
  if (!isThreadInit(init) || !parentPort) throw new Error('this module is run by Thread only');
  if (init.nice !== undefined) setThreadNice(init.nice);
  const control = init.control && new ControlBlock(init.control);
  if (control && !announce(control)) exitThread(1);
  writeOutputDirectly([1, 2]);
  const endpoint = new MessagePortEndpoint(parentPort);
  if (init.call) await runCall(init, init.call, endpoint, control);
  else await runServer(init, endpoint);
}

async function runCall(
  init: ThreadInit,
  port: MessagePort,
  endpoint: Endpoint,
  control: ControlBlock | undefined,
): Promise<void> {
  let answered = false;
  endpoint.onClose(() => {
    // No answer of the target could be delivered any more.
    if (!answered) fail(init, new Error('the thread closed its channel to its parent (parentPort)'));
  });
  let call: Call;
  try {
    call = takeFrom(port) as Call;
  } catch (cause) {
    fail(init, refuseCall(endpoint, 1, cause));
  }
  const outcome = await serveOne(endpoint, call, () => {
    if (control) awaitTurn(control, init.due);
  });
  answered = true;
  if (outcome.failed) fail(init, outcome.error);
}

function fail(init: ThreadInit, error: unknown): never {
  reportFailure(`Exception in thread ${init.name}`, error);
  exitThread(1);
}

/** False when the parent has abandoned the thread. */
function announce(control: ControlBlock): boolean {
  onThreadExit((code) => control.leave(code));
  return control.enter(nativeThreadId());
}

/** Waits until a timer's call is due; ends the thread if its target is not to be called. */
function awaitTurn(control: ControlBlock, due: number | undefined): void {
  const cancelled = due !== undefined && !control.delay(Math.max(0, due - now()));
  if (!control.run()) exitThread(1);
  if (cancelled) exitThread(0);
}

async function runServer({ server }: ThreadInit, endpoint: Endpoint): Promise<void> {
  // No message can reach it any more.
  endpoint.onClose(() => exitThread(1));
  if (server === undefined) {
    serve(endpoint);
    return;
  }
  const run = (await loadEntry(server)) as typeof serve;
  run(endpoint);
}

import { outsideBootstrap } from '../bootstrap-guard.js';
import { describeThrown, type NotCloneableError } from '../errors.js';
import { arrivalFailure, postParcel } from '../message/clone-failure.js';
import { pack } from '../message/pack.js';
import { inheritMain, trustModules } from '../message/trusted-modules.js';
import { unpack } from '../message/unpack.js';
import { resolveTarget } from '../target/resolve.js';
import type { Endpoint } from './endpoint.js';
import {
  type Answer,
  type Call,
  type Idle,
  isCall,
  isCheck,
  type Unreadable,
} from './protocol.js';

/**
 * The worker's side: runs each call that arrives and answers it. Calls run concurrently, as far as
 * they wait. Does not depend on how the messages travel. What each side trusts is in
 * README.md beside this file.
 */
export function serve(endpoint: Endpoint): void {
  const running = new Set<number>();
  endpoint.onUnreadable((cause) => {
    endpoint.post({ kind: 'unreadable', reason: describeThrown(cause) } satisfies Unreadable);
  });
  endpoint.onMessage((message) => {
    if (isCall(message)) {
      running.add(message.id);
      void answer(endpoint, message).then(() => running.delete(message.id));
    } else {
      answerCheck(endpoint, message, running);
    }
  });
}

/** `serve` for a worker that exists for one call, which it has received already. Never rejects. */
export async function serveOne(endpoint: Endpoint, call: Call, onReady?: () => void): Promise<Outcome> {
  const running = new Set([call.id]);
  endpoint.onMessage((message) => {
    answerCheck(endpoint, message, running);
  });
  // Only the target keeps the worker alive: one that waits for an event that cannot come ends.
  endpoint.unref();
  const outcome = await answer(endpoint, call, onReady);
  running.clear();
  return outcome;
}

/** Answers a call that this worker could not read. */
export function refuseCall(endpoint: Endpoint, id: number, cause: unknown): NotCloneableError {
  const refusal = arrivalFailure('the call with its arguments', cause);
  postError(endpoint, id, refusal);
  return refusal;
}

function answerCheck(endpoint: Endpoint, message: unknown, running: ReadonlySet<number>): void {
  if (!isCheck(message)) return;
  for (const id of message.ids) {
    if (!running.has(id)) endpoint.post({ kind: 'idle', id } satisfies Idle);
  }
}

/** What became of a call in the worker. */
export interface Outcome {
  readonly failed: boolean;
  /** What was thrown, if it failed. */
  readonly error?: unknown;
  /** Whether the answer holds handles: they may refer to this worker, which then must not end before they arrive. */
  readonly carriesHandles: boolean;
}

/** Runs one call and posts its answer. Never rejects. `onReady` is called right before the function. */
async function answer(endpoint: Endpoint, call: Call, onReady?: () => void): Promise<Outcome> {
  const { id } = call;
  try {
    const value = await run(call, onReady);
    return { failed: false, carriesHandles: post(endpoint, id, 'returned', value, 'result') };
  } catch (error) {
    return { failed: true, error, carriesHandles: postError(endpoint, id, error) };
  }
}

async function run(call: Call, onReady?: () => void): Promise<unknown> {
  inheritMain(call.main);
  trustModules([...call.modules, call.target.module, call.main]);
  const fn = await resolveTarget(call.target, call.main);
  const args = (await unpack(call.args)) as never[];
  onReady?.();
  return outsideBootstrap(() => fn(...args));
}

function postError(endpoint: Endpoint, id: number, error: unknown): boolean {
  try {
    return post(endpoint, id, 'threw', error, 'error');
  } catch (refusal) {
    return post(endpoint, id, 'threw', refusal, 'error');
  }
}

/** Returns whether the value holds handles. */
function post(
  endpoint: Endpoint,
  id: number,
  outcome: Answer['outcome'],
  value: unknown,
  root: string,
): boolean {
  const { packed, transfer } = pack(value, endpoint.destination, root);
  const message: Answer = { kind: 'answer', id, outcome, value: packed };
  postParcel(endpoint, message, transfer, root);
  return packed[1]?.some((part) => part.kind === 'handle') ?? false;
}

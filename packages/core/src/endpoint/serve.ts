import { outsideBootstrap } from '../bootstrap-guard.js';
import { pack } from '../message/pack.js';
import { unpack } from '../message/unpack.js';
import { resolveTarget } from '../target/resolve.js';
import { inheritMain } from './create-call.js';
import { postParcel } from './post.js';
import type { Endpoint } from './endpoint.js';
import { type Answer, type Call, isCall } from './protocol.js';

/**
 * The worker's side: runs each call that arrives and answers it. Calls run concurrently, as far as
 * they wait. Knows nothing of how the messages travel.
 */
export function serve(endpoint: Endpoint): void {
  endpoint.onMessage((message) => {
    if (isCall(message)) void answer(endpoint, message);
  });
}

/** What became of a call in the worker. */
export interface Outcome {
  readonly failed: boolean;
  /** What was thrown, if it failed. */
  readonly error?: unknown;
  /** Whether the answer holds handles: to things of this worker, perhaps, so it must outlive their arrival. */
  readonly carriesHandles: boolean;
}

/** Runs one call and posts its answer. Never rejects. `onReady` is called right before the function. */
export async function answer(
  endpoint: Endpoint,
  call: Call,
  onReady?: () => void,
): Promise<Outcome> {
  try {
    const value = await run(call, onReady);
    return { failed: false, carriesHandles: post(endpoint, call, 'returned', value, 'result') };
  } catch (error) {
    return { failed: true, error, carriesHandles: postError(endpoint, call, error) };
  }
}

async function run(call: Call, onReady?: () => void): Promise<unknown> {
  inheritMain(call.main);
  const fn = await resolveTarget(call.target, call.main);
  const args = (await unpack(call.args)) as never[];
  onReady?.();
  return outsideBootstrap(() => fn(...args));
}

function postError(endpoint: Endpoint, call: Call, error: unknown): boolean {
  try {
    return post(endpoint, call, 'threw', error, 'error');
  } catch (refusal) {
    return post(endpoint, call, 'threw', refusal, 'error');
  }
}

/** Returns whether the value holds handles. */
function post(
  endpoint: Endpoint,
  { id }: Call,
  outcome: Answer['outcome'],
  value: unknown,
  root: string,
): boolean {
  const { packed, transfer } = pack(value, endpoint.destination, root);
  const message: Answer = { kind: 'answer', id, outcome, value: packed };
  postParcel(endpoint, message, transfer, root);
  return packed[1]?.some((part) => part.kind === 'handle') ?? false;
}

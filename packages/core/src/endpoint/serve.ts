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

/** What became of a call in the worker: `failed` with the error that was sent. */
export type Outcome = { readonly failed: false } | { readonly failed: true; readonly error: unknown };

/** Runs one call and posts its answer. Never rejects. */
export async function answer(endpoint: Endpoint, call: Call): Promise<Outcome> {
  try {
    const value = await run(call);
    post(endpoint, call, 'returned', value, 'result');
    return { failed: false };
  } catch (error) {
    try {
      post(endpoint, call, 'threw', error, 'error');
    } catch (refusal) {
      post(endpoint, call, 'threw', refusal, 'error');
    }
    return { failed: true, error };
  }
}

async function run(call: Call): Promise<unknown> {
  inheritMain(call.main);
  const fn = await resolveTarget(call.target, call.main);
  const args = (await unpack(call.args)) as never[];
  return outsideBootstrap(() => fn(...args));
}

function post(
  endpoint: Endpoint,
  { id }: Call,
  outcome: Answer['outcome'],
  value: unknown,
  root: string,
): void {
  const { packed, transfer } = pack(value, endpoint.destination, root);
  const message: Answer = { kind: 'answer', id, outcome, value: packed };
  postParcel(endpoint, message, transfer, root);
}

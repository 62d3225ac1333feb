import { type Deferred, deferred } from '../deferred.js';
import { unpack } from '../message/unpack.js';
import type { TargetRef } from '../target/target.js';
import { createCall } from './create-call.js';
import { postParcel } from './post.js';
import type { Endpoint, Transferable } from './endpoint.js';
import { isAnswer } from './protocol.js';

/** The calling side of an endpoint that is served. */
export interface Caller {
  /**
   * Runs a function on the other side. Rejects with what it throws, or with the reason of `closed`
   * when the endpoint closes first, or with NotCloneableError when an argument cannot cross.
   */
  call(
    target: TargetRef,
    args: readonly unknown[],
    transfer?: readonly Transferable[],
  ): Promise<unknown>;
}

/**
 * Makes calls over an endpoint whose other side runs `serve`. `closed` makes the error with which all
 * pending and later calls end once the endpoint has closed.
 */
export function connect(endpoint: Endpoint, closed: () => Error | Promise<Error>): Caller {
  const pending = new Map<number, Deferred<unknown>>();
  let lastId = 0;
  let ended = false;

  endpoint.onMessage((message) => {
    if (!isAnswer(message)) return;
    const call = pending.get(message.id);
    if (!call) return;
    // Deleted once it is settled: a close in the meantime must not find it pending.
    pending.delete(message.id);
    const settle = message.outcome === 'returned' ? call.resolve : call.reject;
    unpack(message.value).then(settle, call.reject);
  });

  endpoint.onClose(() => {
    ended = true;
    for (const call of pending.values()) void failWith(call);
    pending.clear();
  });

  const failWith = async (call: Deferred<unknown>): Promise<void> => {
    try {
      call.reject(await closed());
    } catch (error) {
      call.reject(error);
    }
  };

  return {
    call(target, args, transfer = []) {
      const id = (lastId += 1);
      const answer = deferred<unknown>();
      if (ended) {
        void failWith(answer);
        return answer.promise;
      }
      try {
        const call = createCall(id, target, args, endpoint.destination, transfer);
        postParcel(endpoint, call.message, call.transfer, 'args');
        pending.set(id, answer);
      } catch (error) {
        answer.reject(error);
      }
      return answer.promise;
    },
  };
}

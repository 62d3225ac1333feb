import { NotCloneableError, ProtocolError } from '../errors.js';
import { arrivalFailure, postParcel } from '../message/clone-failure.js';
import { pack } from '../message/pack.js';
import { knownHandleModules, modulesOf, programModule } from '../message/trusted-modules.js';
import { unpack } from '../message/unpack.js';
import type { TargetRef } from '../target/target.js';
import { type Deferred, deferred } from '../waiting.js';
import type { Destination, Endpoint, Transferable } from './endpoint.js';
import { type Answer, type Call, type Check, isAnswer, isIdle, isUnreadable } from './protocol.js';

/** The calling side of an endpoint that is served. */
export interface Caller {
  /**
   * Runs a function on the other side. Rejects with what it throws, or with the reason of `closed`
   * when the endpoint closes first, or with NotCloneableError when an argument or the result cannot cross.
   */
  call(
    target: TargetRef,
    args: readonly unknown[],
    transfer?: readonly Transferable[],
  ): Promise<unknown>;
}

/**
 * Makes calls over an endpoint whose other side runs `serve`. `closed` makes the error with which all
 * pending and later calls end once the endpoint has closed. What each side trusts is in
 * README.md beside this file.
 */
export function connect(endpoint: Endpoint, closed: () => Error | Promise<Error>): Caller {
  const pending = new Map<number, Deferred<unknown>>();
  let lastId = 0;
  let ended = false;
  /** The error for calls that the other side does not run. */
  let lost = new NotCloneableError('a message between the caller and the worker cannot be read');

  const check = (reason: NotCloneableError): void => {
    lost = reason;
    if (pending.size > 0) endpoint.post({ kind: 'check', ids: [...pending.keys()] } satisfies Check);
  };

  endpoint.onUnreadable((cause) => {
    check(arrivalFailure('an answer', cause));
  });

  endpoint.onMessage((message) => {
    if (isAnswer(message)) {
      const call = take(message.id);
      if (call) readAnswer(message).then(call.resolve, call.reject);
    } else if (isUnreadable(message)) {
      check(new NotCloneableError(`the arguments of a call cannot be read by the worker: ${message.reason}`));
    } else if (isIdle(message)) {
      take(message.id)?.reject(lost);
    }
  });

  /** Removes a call that is about to be settled, so that a close cannot settle it. */
  const take = (id: number | undefined): Deferred<unknown> | undefined => {
    if (id === undefined) return undefined;
    const call = pending.get(id);
    pending.delete(id);
    return call;
  };

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

/** The message that asks for a call, and what is transferred with it. */
export interface OutgoingCall {
  readonly message: Call;
  readonly transfer: readonly Transferable[];
}

/** @throws NotCloneableError naming the argument that cannot cross. */
export function createCall(
  id: number,
  target: TargetRef,
  args: readonly unknown[],
  to: Destination,
  transferred: readonly Transferable[] = [],
): OutgoingCall {
  const { packed, transfer } = pack(args, to, 'args', transferred);
  const modules = [...new Set([...knownHandleModules(), ...modulesOf(packed)])];
  return {
    message: { kind: 'call', id, target, args: packed, main: programModule(), modules },
    transfer: to === 'process' ? [] : [...new Set([...transfer, ...transferred])],
  };
}

/** What a worker answered: fulfilled with what was returned, rejected with what was thrown. */
export async function readAnswer(answer: Partial<Answer>): Promise<unknown> {
  const { outcome } = answer;
  if (outcome !== 'returned' && outcome !== 'threw') {
    throw new ProtocolError(
      'an answer arrived that says neither what was returned nor what was thrown: code in the thread or ' +
        'process that sent it uses the channel of manycore, or runs another version of it',
    );
  }
  const answered = await unpack((answer as Answer).value);
  if (outcome === 'threw') throw answered;
  return answered;
}

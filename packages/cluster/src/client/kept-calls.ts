import { type Deferred, deferred, withTimeout } from '@manycore/core/internal';
import type { Target, WaitOptions } from '@manycore/core';
import { wholeNumber } from '@manycore/pool/internal';
import { CallLostError } from '../errors.js';
import type { EnqueueOptions } from '../options/enqueue-options.js';
import type { ClusterSettings } from '../options/connection.js';
import { registeredTarget } from '../options/target.js';
import { newId } from '../platform/node.js';
import { protocolVersion, type Reply } from '../protocol/messages.js';
import type { ClientTransport } from './client-transport.js';
import { encodeCall } from './encode-call.js';
import { readAnswer } from './read-answer.js';

/** How long (ms) a result is kept by default: a day. */
const defaultKeep = 24 * 60 * 60 * 1000;

/** Calls that outlive their client: their results are kept in Redis, by the id of the call. */
export class KeptCalls {
  readonly #transport: ClientTransport;
  readonly #settings: ClusterSettings;
  /** By the id of the call: those who wait for its result here. */
  readonly #waiting = new Map<string, Set<Deferred<unknown>>>();
  /** Calls that Redis has not confirmed yet. */
  readonly #adding = new Set<Deferred<undefined>>();

  constructor(transport: ClientTransport, settings: ClusterSettings) {
    this.#transport = transport;
    this.#settings = settings;
  }

  /** Resolves to the id of the call, when Redis has it. */
  async enqueue(fn: Target, args: readonly unknown[], options: EnqueueOptions): Promise<string> {
    const { idempotencyKey, priority = 0 } = options;
    const retries = wholeNumber('retries', options.retries ?? 0, 0);
    const keep = wholeNumber('keep', options.keep ?? defaultKeep, 1);
    const target = registeredTarget(fn);
    const call = { target, values: args, root: 'args', offset: 0, shape: 'call' } as const;
    const values = encodeCall(call, this.#settings.maxPayload);
    const id = idempotencyKey === undefined ? `call-${newId()}` : keyedId(idempotencyKey);
    const data = {
      protocol: protocolVersion,
      client: undefined,
      name: target.name,
      version: this.#settings.version,
      shape: 'call',
      offset: 0,
      wantsPartial: false,
      starts: retries + 1,
      keep,
      reports: false,
      trace: undefined,
      values,
    } as const;
    const added = deferred<undefined>();
    this.#adding.add(added);
    this.#transport.add({ id, data, priority }).then(() => added.resolve(undefined), added.reject);
    try {
      await added.promise;
    } finally {
      this.#adding.delete(added);
    }
    return id;
  }

  async result(id: string, options: WaitOptions | undefined): Promise<unknown> {
    const turn = deferred<unknown>();
    turn.promise.catch(() => undefined);
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(turn));
    try {
      const known = this.#transport.attach(id, defaultKeep).then((isKnown) => {
        if (!isKnown) throw unknownCall(id);
      });
      known.catch((error: unknown) => turn.reject(error));
      return await withTimeout(turn.promise, options, `the result of the call ${id}`);
    } finally {
      waiting.delete(turn);
      if (waiting.size === 0) this.#waiting.delete(id);
    }
  }

  /** An answer came; false when nobody waits for it here. */
  answered(reply: Extract<Reply, { kind: 'answer' }>, bytes: Uint8Array | undefined): boolean {
    const waiting = this.#waiting.get(reply.call);
    if (!waiting) return false;
    void Promise.resolve(readAnswer(reply.status, bytes, undefined)).then((result) => {
      for (const turn of waiting) {
        if (result.status === 'ok') turn.resolve(result.value);
        else turn.reject('error' in result ? result.error : undefined);
      }
    });
    return true;
  }

  /** Replies may have been lost: asks again for what is waited for. */
  askAgain(): void {
    for (const [id, waiting] of this.#waiting) {
      this.#transport.attach(id, defaultKeep).then(
        (isKnown) => {
          if (!isKnown) for (const turn of waiting) turn.reject(unknownCall(id));
        },
        () => undefined,
      );
    }
  }

  /** Nothing can be sent. */
  refused(error: Error): void {
    for (const added of this.#adding) added.reject(error);
    this.close(error);
  }

  /** Nothing can come any more. */
  close(error: Error): void {
    for (const waiting of this.#waiting.values()) for (const turn of waiting) turn.reject(error);
  }
}

/** BullMQ takes no colons in an id, and no id that is a number. */
function keyedId(key: string): string {
  if (typeof key !== 'string' || key === '') throw new TypeError('idempotencyKey must be a string that is not empty');
  return `key-${encodeURIComponent(key)}`;
}

function unknownCall(id: string): Error {
  return new CallLostError(
    `there is no call ${id}: its result was not kept any longer (see \`keep\`), Redis lost it, or its id is wrong`,
  );
}

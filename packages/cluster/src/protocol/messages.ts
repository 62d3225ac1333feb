import type { Shape } from '@manycore/pool/internal';

/** Raised when a message changes its meaning: a host refuses the calls of another protocol. */
export const protocolVersion = 1;

/**
 * The data of a BullMQ job: one call, or one chunk of a `map`. Redis reads the first four fields, in this order:
 * see take-script.ts.
 */
export interface JobData {
  readonly protocol: number;
  /** The id of the client that waits for the answer; undefined when nobody does. */
  readonly client: string | undefined;
  /** The name under which the function is registered, and its version. */
  readonly name: string;
  readonly version: string;
  readonly shape: Shape;
  /** The number of the first item in its `map`. */
  readonly offset: number;
  readonly wantsPartial: boolean;
  /** How often it may be started. */
  readonly starts: number;
  /** The answer is kept for this many milliseconds, by the id of the call; undefined: it is not. */
  readonly keep: number | undefined;
  /** The client listens to what the task reports. */
  readonly reports: boolean;
  /** Where the call comes from, for the traces of the host: pool and number of the task. */
  readonly trace: { readonly pool: string; readonly id: number; readonly carrier: unknown } | undefined;
  /** The encoded arguments or items, as base64. */
  readonly values: string;
}

/** How a call ended, as its host says. */
export type AnswerStatus =
  | 'ok'
  /** It threw; `fatal`: another attempt would throw the same. */
  | 'failed'
  | 'fatal'
  /** Its worker died, or the host that had begun it did. */
  | 'died';

/** What a host tells a client of a call. */
export type Reply =
  /** A host began it for the `start`th time. */
  | { readonly kind: 'begun'; readonly call: string; readonly host: string; readonly start: number }
  /** No host runs it: the client seemed to be dead. */
  | { readonly kind: 'dropped'; readonly call: string }
  | {
      readonly kind: 'answer';
      readonly call: string;
      readonly host: string;
      readonly status: AnswerStatus;
      /** Which start it ends; 0 when the host did not start it. */
      readonly start: number;
      /** How long it ran, in milliseconds. */
      readonly ran: number;
    }
  /** Something that the task printed or reported. */
  | { readonly kind: 'report'; readonly call: string; readonly host: string };

/** A reply and the bytes that belong to it: an encoded result, `{ error, partial }`, or report. */
export interface ReplyMessage {
  readonly reply: Reply;
  readonly bytes: Uint8Array | undefined;
}

/** What a client tells a host: to stop a call. */
export interface ControlMessage {
  readonly call: string;
  readonly why: 'aborted' | 'timed-out';
}

/** What a worker host says of itself. */
export interface HostInfo {
  readonly id: string;
  /** Machine and process. */
  readonly place: string;
  readonly version: string;
  /** The registered names that it can run. */
  readonly names: readonly string[];
  /** How many tasks it runs at a time, and runs now. */
  readonly slots: number;
  readonly running: number;
  /** The ids of the calls that it runs. */
  readonly calls: readonly string[];
  /** How many tasks it has finished. */
  readonly finished: number;
  /** It takes no more tasks. */
  readonly closing: boolean;
}

/** Undefined for what is none: another program may write to the same Redis. */
export function parseReply(text: string): Reply | undefined {
  const reply = parseObject(text);
  if (typeof reply?.['kind'] !== 'string' || typeof reply['call'] !== 'string') return undefined;
  return reply as unknown as Reply;
}

export function parseControl(text: string): ControlMessage | undefined {
  const message = parseObject(text);
  if (typeof message?.['call'] !== 'string' || typeof message['why'] !== 'string') return undefined;
  return message as unknown as ControlMessage;
}

export function parseHost(text: string): HostInfo | undefined {
  const info = parseObject(text);
  if (typeof info?.['id'] !== 'string' || !Array.isArray(info['names']) || !Array.isArray(info['calls'])) return undefined;
  return info as unknown as HostInfo;
}

/** Undefined for a job that this protocol does not know. */
export function checkJob(data: unknown): JobData | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { protocol, name, version, values, starts } = data as Partial<JobData>;
  if (protocol !== protocolVersion || typeof starts !== 'number') return undefined;
  const areTexts = [name, version, values].every((text) => typeof text === 'string');
  return areTexts ? (data as JobData) : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

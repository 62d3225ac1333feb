import { move } from '@manycore/core';
import type { Shape } from '@manycore/pool/internal';
import { decodeBase64, encodeText, textOf } from '../platform/node.js';

/*
 * A call on its way from a host to one of its workers, and the answer on its way back: one array of bytes each, which
 * is what a pool carries at the least cost.
 */

/** Which part of the whole call the answer is of, for error messages. */
export interface AnswerPlace {
  readonly name: string;
  readonly offset: number;
  readonly wantsPartial: boolean;
  readonly maxPayload: number;
}

/** What a worker is to know of a call besides its values. */
export interface CallHeader extends AnswerPlace {
  /** Where this host has the function. */
  readonly module: string;
  readonly shape: Shape;
  /** 1 for the first start of the call, 2 for its first retry, … */
  readonly start: number;
  /** The id of the call, if its client listens to reports. */
  readonly reports: string | undefined;
}

/** A call as a worker reads it. */
export interface WorkerCall {
  readonly call: CallHeader;
  /** The encoded arguments or items. */
  readonly values: Uint8Array;
}

/** What a worker answers. */
export interface WorkerAnswer {
  readonly status: (typeof statuses)[number];
  readonly bytes: Uint8Array;
}

const statuses = ['ok', 'failed', 'fatal'] as const;

/** More bytes are moved, fewer copied. */
const short = 32_768;

const lengthBytes = 4;

/** The length of the header, the header as JSON, and the values, which come as base64. */
export function callMessage(header: CallHeader, values: string): Uint8Array {
  const text = encodeText(JSON.stringify(header));
  const message = decodeBase64(values, lengthBytes + text.byteLength);
  new DataView(message.buffer).setUint32(0, text.byteLength);
  message.set(text, lengthBytes);
  return message.byteLength > short ? move(message) : message;
}

export function readCall(message: Uint8Array): WorkerCall {
  const length = new DataView(message.buffer, message.byteOffset).getUint32(0);
  const end = lengthBytes + length;
  return {
    call: JSON.parse(textOf(message.subarray(lengthBytes, end))) as CallHeader,
    values: message.subarray(end),
  };
}

/** The status, and the bytes. */
export function answerMessage({ status, bytes }: WorkerAnswer): Uint8Array {
  const message = new Uint8Array(1 + bytes.byteLength);
  message[0] = statuses.indexOf(status);
  message.set(bytes, 1);
  return message.byteLength > short ? move(message) : message;
}

export function readAnswerMessage(message: Uint8Array): WorkerAnswer {
  return { status: statuses[message[0] ?? 0] ?? 'failed', bytes: message.subarray(1) };
}

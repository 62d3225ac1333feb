import { Buffer } from 'node:buffer';
import { hrtime } from 'node:process';
import { setImmediate } from 'node:timers';

/*
 * What the queues need of the platform. Everything else in the package is plain JavaScript.
 */

/** Memory that strings are written to and read from, natively. Offsets and lengths are in bytes. */
export interface TextMemory {
  /** Writes a string of characters below 256. */
  latin1Write(text: string, at: number, length: number): void;
  utf8Write(text: string, at: number, length: number): void;
  ucs2Write(text: string, at: number, length: number): void;
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
  ucs2Slice(from: number, to: number): string;
}

/** The same memory as `bytes`, for strings. */
export function textMemory(bytes: Uint8Array): TextMemory {
  const buffer: unknown = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer as TextMemory;
}

/** How many bytes a string takes in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}

/** More than these no buffer has. */
export const mostBytes: number = process.getBuiltinModule('node:buffer').constants.MAX_LENGTH;

/** New bytes, not cleared: the caller writes all of them. */
export function newBytes(byteLength: number): Uint8Array<ArrayBuffer> {
  const buffer = Buffer.allocUnsafeSlow(byteLength);
  return new Uint8Array(buffer.buffer, 0, byteLength);
}

/** Whether binary data is the platform's own class of bytes, which is to arrive as such. */
export function isBuffer(value: unknown): boolean {
  return Buffer.isBuffer(value);
}

export function toBuffer(
  buffer: ArrayBuffer,
  byteOffset: number,
  byteLength: number,
): Uint8Array<ArrayBuffer> {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Resolves when the event loop has had a turn. */
export function afterTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Whole seconds, at least 1, on a clock that all processes share and that cannot be set. */
export function uptime(): number {
  return hrtime()[0] + 1;
}

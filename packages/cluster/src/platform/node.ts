import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { pid } from 'node:process';

/** An id that no other client or host has. */
export function newId(): string {
  return randomBytes(9).toString('base64url').replaceAll('-', 'x');
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** The same bytes in the class that Redis's client sends as they are. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Which machine and process this is, for people. */
export function placeName(): string {
  return `${hostname()}:${pid}`;
}

export function processorCount(): number {
  return availableParallelism();
}

/** Emits a warning of the process; the program goes on. */
export function emitWarning(warning: Error): void {
  process.emitWarning(warning);
}

/** Lets the event loop turn once, so that messages which have arrived are delivered. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

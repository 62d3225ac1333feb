import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { nextTick, pid } from 'node:process';

/** An id that no other client or host has. */
export function newId(): string {
  return randomBytes(9).toString('base64url').replaceAll('-', 'x');
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes of a text in base64, behind so many that are free. */
export function decodeBase64(text: string, free: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(free + Buffer.byteLength(text, 'base64'));
  const written = Buffer.from(bytes.buffer).write(text, free, 'base64');
  return free + written === bytes.byteLength ? bytes : bytes.slice(0, free + written);
}

export function encodeText(text: string): Uint8Array {
  return Buffer.from(text);
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
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

/** A connection of ioredis. */
interface Connected {
  readonly stream?: { cork?: () => void; uncork?: () => void } | null;
}

/** What is sent to Redis in this turn of the program goes by one call of the operating system. */
export function sendTogether(redis: object): void {
  const { stream } = redis as Connected;
  if (!stream?.cork) return;
  stream.cork();
  nextTick(() => stream.uncork?.());
}

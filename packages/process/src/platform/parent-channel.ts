import type { Destination, Endpoint } from '@manycore/core/internal';
import { closingMark } from '../process-init.js';

/** The child's end of the IPC channel to its parent. */
export class ParentChannel implements Endpoint {
  readonly destination: Destination = 'process';
  readonly #kept: unknown[];
  readonly #keep = (message: unknown): void => {
    this.#kept.push(message);
  };

  /** `arrived`: messages that came already. */
  constructor(arrived: readonly unknown[]) {
    this.#kept = [...arrived];
  }

  post(message: unknown): void {
    // A parent that has ended needs no message: the closing of the channel is noticed.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  /** Posts a last message, and ends this process when it is written. */
  postAndExit(message: unknown, code: number): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => process.exit(code));
    else process.exit(code);
  }

  onMessage(listener: (message: unknown) => void): void {
    process.off('message', this.#keep);
    process.on('message', listener);
    for (const message of this.#kept.splice(0)) listener(message);
  }

  /** Keeps messages until `onMessage`: Node drops those that arrive together with the first one. */
  keepMessages(): void {
    process.on('message', this.#keep);
  }

  /** Calls `listener` for one message: after it, none keeps the process alive. */
  onFirstMessage(listener: (message: unknown) => void): void {
    if (this.#kept.length === 0) process.once('message', listener);
    else listener(this.#kept.shift());
  }

  onUnreadable(): void {
    // Its parent sends as bytes what may be too deep for this process.
  }

  onClose(listener: () => void): void {
    if (process.connected) process.once('disconnect', listener);
    else queueMicrotask(listener);
  }

  /** Closes the channel once everything that was posted has been written. */
  close(): void {
    if (!process.connected) return;
    process.send?.(closingMark, undefined, undefined, () => {
      if (process.connected) process.disconnect();
    });
  }

  ref(): void {
    (process.channel as Partial<typeof process.channel>)?.ref?.();
  }

  unref(): void {
    (process.channel as Partial<typeof process.channel>)?.unref?.();
  }
}

import type { Destination, Endpoint } from '@manycore/core/internal';
import { closingMark } from '../process-init.js';

/** The child's end of the IPC channel to its parent. */
export class ParentChannel implements Endpoint {
  readonly destination: Destination = 'process';
  readonly #kept: unknown[] = [];
  readonly #keep = (message: unknown): void => {
    this.#kept.push(message);
  };

  post(message: unknown): void {
    // A parent that is gone needs no message: the channel's closing tells.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  onMessage(listener: (message: unknown) => void): void {
    process.off('message', this.#keep);
    process.on('message', listener);
    for (const message of this.#kept.splice(0)) listener(message);
  }

  /** Keeps what comes before `onMessage`: Node does not keep what arrives together with the first message. */
  keepMessages(): void {
    process.on('message', this.#keep);
  }

  /** Calls `listener` for one message: after it, none keeps the process alive. */
  onFirstMessage(listener: (message: unknown) => void): void {
    process.once('message', listener);
  }

  onUnreadable(): void {
    // What may be too deep for this process its parent sends as bytes.
  }

  onClose(listener: () => void): void {
    if (process.connected) process.once('disconnect', listener);
    else queueMicrotask(listener);
  }

  /** Closes the channel once everything that was posted is on its way. */
  close(): void {
    if (!process.connected) return;
    process.send?.(closingMark, undefined, undefined, () => {
      if (process.connected) process.disconnect();
    });
  }

  ref(): void {
    process.channel?.ref();
  }

  unref(): void {
    process.channel?.unref();
  }
}

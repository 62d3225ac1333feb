import type { Destination, Endpoint } from '@manycore/core';

/** The child's end of the IPC channel to its parent. */
export class ParentChannel implements Endpoint {
  readonly destination: Destination = 'process';

  post(message: unknown): void {
    // A parent that is gone needs no message: the channel's closing tells.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  onMessage(listener: (message: unknown) => void): void {
    process.on('message', listener);
  }

  /** Calls `listener` for one message: after it, none keeps the process alive. */
  onFirstMessage(listener: (message: unknown) => void): void {
    process.once('message', listener);
  }

  onClose(listener: () => void): void {
    if (process.connected) process.once('disconnect', listener);
    else queueMicrotask(listener);
  }

  /** Closes the channel once everything that was posted is on its way. */
  close(): void {
    if (!process.connected) return;
    process.send?.(null, undefined, undefined, () => {
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

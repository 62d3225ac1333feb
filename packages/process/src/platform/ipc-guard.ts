import type { ChildProcess } from 'node:child_process';

/** Node's object for the descriptor of the channel; it calls `onread` with the bytes that came. */
interface ChannelHandle {
  onread?: unknown;
}

/**
 * Calls `onUnreadable` for what a child sends over its IPC channel and cannot be deserialised. Node deserialises
 * where no listener can catch its errors: a child that posts a value that is nested too deeply, or writes bytes
 * that are no message, would end its parent by an uncaught exception.
 *
 * Node has no public API for this. Where its internals differ from those that are known here, nothing is
 * changed; what manycore itself sends can always be deserialised.
 */
export function guardChannel(child: ChildProcess, onUnreadable: (cause: unknown) => void): void {
  // A child could break Node's bookkeeping of sockets that are passed on. None are passed here.
  child.removeAllListeners('internalMessage');
  const handle = channelHandle(child);
  if (!handle || typeof handle.onread !== 'function') return;
  const read = handle.onread as (this: unknown, ...args: unknown[]) => unknown;
  handle.onread = function guardedRead(this: unknown, ...args: unknown[]): unknown {
    try {
      return Reflect.apply(read, this, args);
    } catch (cause) {
      onUnreadable(cause);
      return undefined;
    }
  };
}

/** Whether what could not be read was a message at all: one that is too deep or too large is. */
export function isMessage(cause: unknown): boolean {
  return cause instanceof RangeError;
}

function channelHandle(owner: object): ChannelHandle | undefined {
  const key = Object.getOwnPropertySymbols(owner).find(
    ({ description }) => description === 'kChannelHandle',
  );
  return key && (owner as { [key]?: ChannelHandle })[key];
}

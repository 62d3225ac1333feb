import type { ChildProcess } from 'node:child_process';

/** Node's object for the descriptor of the channel; it calls `onread` with the bytes that came. */
interface ChannelHandle {
  onread?: unknown;
}

/**
 * Tells `onUnreadable` of what comes from a child over its IPC channel and cannot be deserialised. Node does
 * that work where no listener can catch its errors: a child that posts what is nested too deeply, or writes
 * bytes that are no message, would end its parent by an uncaught exception.
 *
 * Node has no public way for it. Where its internals are other ones than those that are known here,
 * nothing is changed; what manycore itself sends can always be deserialised.
 */
export function guardChannel(child: ChildProcess, onUnreadable: (cause: unknown) => void): void {
  // A child could make Node's bookkeeping of sockets that are passed on fail. None are passed here.
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

/** Whether something that could not be read was a message at all: one too deep, or too large, is. */
export function isMessage(cause: unknown): boolean {
  return cause instanceof RangeError;
}

function channelHandle(owner: object): ChannelHandle | undefined {
  const key = Object.getOwnPropertySymbols(owner).find(
    ({ description }) => description === 'kChannelHandle',
  );
  return key && (owner as { [key]?: ChannelHandle })[key];
}

import type { ChildProcess } from 'node:child_process';

/** Node's object for the descriptor of the channel; it calls `onread` with the bytes that came. */
interface ChannelHandle {
  onread?: unknown;
}

const guarded = new WeakMap<ChannelHandle, ((cause: unknown) => void)[]>();

/**
 * Tells `onUnreadable` of what arrives at an IPC channel and cannot be deserialised. Node does that work
 * where no listener can catch its errors: a value nested too deeply, which the other side may well have
 * been able to send, would be an uncaught exception and end the program.
 *
 * Node has no public way for it. Where its internals are other ones than those that are known here,
 * nothing is changed.
 */
export function guardChannel(
  owner: ChildProcess | NodeJS.Process,
  onUnreadable: (cause: unknown) => void,
): void {
  // A child could make Node's bookkeeping of sockets that are passed on fail. None are passed here.
  if (owner !== process) owner.removeAllListeners('internalMessage');
  const handle = channelHandle(owner);
  if (!handle || typeof handle.onread !== 'function') return;
  const listeners = guarded.get(handle);
  if (listeners) {
    listeners.push(onUnreadable);
    return;
  }
  const read = handle.onread as (this: unknown, ...args: unknown[]) => unknown;
  const all = [onUnreadable];
  guarded.set(handle, all);
  handle.onread = function guardedRead(this: unknown, ...args: unknown[]): unknown {
    try {
      return Reflect.apply(read, this, args);
    } catch (cause) {
      for (const listener of all) listener(cause);
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

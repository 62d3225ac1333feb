import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** A channel to all threads of this process that have it open. */
export interface Broadcast {
  post(message: unknown): void;
  /** Handles the messages that have arrived, without returning to the event loop. */
  drain(): void;
}

/** So many messages that cannot be read are passed over at once: more may be the fault of this thread's full stack. */
const mostUnreadable = 100;

/**
 * Opens the channel of a name. It does not keep the event loop alive. A message that cannot be read here (too
 * deep for this thread's stack, for example) is ignored.
 */
export function openBroadcast(name: string, onMessage: (message: unknown) => void): Broadcast {
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event: unknown) => {
    onMessage((event as MessageEvent).data);
  };
  channel.onmessageerror = () => undefined;
  channel.unref();
  // The types do not know it yet: a broadcast channel serves as well as a port.
  const port = channel as unknown as MessagePort;
  return {
    post: (message) => {
      channel.postMessage(message);
    },
    drain: () => {
      let unreadable = 0;
      for (let next = receive(port); next; next = receive(port)) {
        if ('message' in next) onMessage(next.message);
        else if (++unreadable === mostUnreadable) return;
      }
    },
  };
}

/** The next message; an empty object for one that cannot be read; undefined when there is none. */
function receive(port: MessagePort): { message?: unknown } | undefined {
  try {
    return receiveMessageOnPort(port);
  } catch {
    // It is off the port: the next one can follow.
    return {};
  }
}

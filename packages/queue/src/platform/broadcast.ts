import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** A channel to all threads of this process that have it open. */
export interface Broadcast {
  post(message: unknown): void;
  /** Handles the messages that have arrived, without returning to the event loop. */
  drain(): void;
}

/** Opens the channel of a name. It does not keep the event loop alive. */
export function openBroadcast(name: string, onMessage: (message: unknown) => void): Broadcast {
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event: unknown) => {
    onMessage((event as MessageEvent).data);
  };
  channel.unref();
  // The types do not know it yet: a broadcast channel serves as well as a port.
  const port = channel as unknown as MessagePort;
  return {
    post: (message) => {
      channel.postMessage(message);
    },
    drain: () => {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        onMessage(next.message);
      }
    },
  };
}

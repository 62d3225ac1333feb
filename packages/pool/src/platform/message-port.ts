import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

export { MessageChannel };
export type { MessagePort };

/** The next message that has arrived at a port; undefined when there is none. Does not wait. */
export function receive(port: MessagePort): { readonly message: unknown } | undefined {
  return receiveMessageOnPort(port);
}
